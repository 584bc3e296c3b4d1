// Files go to the server as soon as they are chosen, one after the other, with their progress; the form then comes back with their names.
import { upload as send } from './upload.js';

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
    if (file.size > Number(input.dataset.mostBytes || Infinity)) {
      problems.push(`${file.name} ${input.dataset.large}`);
      continue;
    }
    say(`${input.dataset.uploading} ${file.name}`);
    try {
      const done = (percent) => say(`${input.dataset.uploading} ${file.name} ${percent}%`);
      ids.push((await send(`${input.dataset.upload}?accept=${encodeURIComponent(input.accept)}`, file, done, input.dataset.failed)).id);
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
