// One file to the server, as the request's body; answers what the server says of it, or fails with a sentence for people.
export const upload = (address, file, progress, failed) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open('POST', address);
  request.setRequestHeader('X-CSRFToken', document.querySelector('meta[name="csrf-token"]').content);
  request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) progress(Math.round((event.loaded / event.total) * 100));
  });
  request.addEventListener('error', () => reject(new Error(failed)));
  request.addEventListener('load', () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* an error page is no JSON: the sentence stands for it */ }
    if (request.status === 201) resolve(answer);
    else reject(new Error(answer.text ?? failed));
  });
  request.send(file);
});
