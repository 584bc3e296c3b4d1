// One file to the server, as the request's body; answers what the server says of it, or fails with a sentence for people.
import { takeToken } from './requests.js';

const post = (address, file, progress, failed) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open('POST', address);
  request.setRequestHeader('X-CSRFToken', document.querySelector('meta[name="csrf-token"]').content);
  request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
  // Asked as a part of a page: who is signed out by now gets a notice instead of the sign-in page.
  request.setRequestHeader('HX-Request', 'true');
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) progress(Math.round((event.loaded / event.total) * 100));
  });
  request.addEventListener('error', () => reject(new Error(failed)));
  request.addEventListener('load', () => resolve(request));
  request.send(file);
});

export async function upload(address, file, progress, failed) {
  let request = await post(address, file, progress, failed);
  const fresh = request.getResponseHeader('X-CSRF-Token');
  if (fresh) {
    takeToken(fresh);
    request = await post(address, file, progress, failed);
  }
  if (request.status === 401) document.getElementById('notice').innerHTML = request.responseText;
  let answer = {};
  try { answer = JSON.parse(request.responseText); } catch { /* an error page is no JSON: the sentence stands for it */ }
  if (request.status !== 201) throw new Error(answer.text ?? failed);
  return answer;
}
