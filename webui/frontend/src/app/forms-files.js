// Files go to the server as soon as they are chosen, one after the other, with their progress; the form then comes back with their names.
const token = () => document.querySelector('meta[name="csrf-token"]').content;

const send = (input, file, say) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open('POST', `${input.dataset.upload}?accept=${encodeURIComponent(input.accept)}`);
  request.setRequestHeader('X-CSRFToken', token());
  request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) say(`${input.dataset.uploading} ${file.name} ${Math.round((event.loaded / event.total) * 100)}%`);
  });
  request.addEventListener('error', () => reject(new Error(input.dataset.failed)));
  request.addEventListener('load', () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* an error page is no JSON: the sentence below stands for it */ }
    if (request.status === 201) resolve(answer);
    else reject(new Error(answer.text ?? input.dataset.failed));
  });
  request.send(file);
});

// What could not be uploaded is still said after the form has come back with what could.
const unsaid = new Map();

async function upload(input) {
  const form = input.form;
  const state = input.parentElement.querySelector('[data-upload-state]');
  const say = (text) => {
    state.hidden = !text;
    state.textContent = text;
  };
  const chosen = [...input.files];
  const problems = [];
  const ids = [];
  input.disabled = true;
  for (const file of chosen) {
    say(`${input.dataset.uploading} ${file.name}`);
    try {
      ids.push((await send(input, file, say)).id);
    } catch (error) {
      problems.push(error.message);
    }
  }
  input.disabled = false;
  input.value = '';
  say(problems.join(' '));
  state.classList.toggle('fm-problem', problems.length > 0);
  if (!ids.length || !form.isConnected) return;
  if (problems.length) unsaid.set(input.id, problems.join(' '));
  if (!input.multiple) for (const one of form.querySelectorAll('input[type=hidden]')) if (one.name === input.dataset.field && one.value) one.remove();
  for (const id of ids) {
    const hidden = document.createElement('input');
    Object.assign(hidden, { type: 'hidden', name: input.dataset.field, value: id });
    input.parentElement.before(hidden);
  }
  form.dispatchEvent(new Event('change', { bubbles: true }));
}

document.addEventListener('htmx:after:swap', () => {
  for (const [id, text] of unsaid) {
    const state = document.getElementById(id)?.parentElement.querySelector('[data-upload-state]');
    if (!state) continue;
    state.hidden = false;
    state.textContent = text;
    state.classList.add('fm-problem');
  }
  unsaid.clear();
});

document.addEventListener('change', (event) => {
  const input = event.target;
  if (!input.matches?.('input[type=file][data-upload]')) return;
  event.stopPropagation();
  if (input.files.length) upload(input);
}, true);
