// Files go to the server as soon as they are chosen, one after the other, with their progress; the form then comes back with their names.
import { uploadBegins, uploadEnds, whenFree } from './forms-queue.js';
import { upload as send } from './upload.js';

// What is being uploaded, or could not be, is still said when the form comes back with something else: by the field, its words.
const said = new Map();

function show(id) {
  const input = document.getElementById(id);
  if (!input) return;
  const { text, isProblem } = said.get(id);
  const state = input.parentElement.querySelector('[data-upload-state]');
  input.disabled = Boolean(text) && !isProblem;
  state.hidden = !text;
  state.textContent = text;
  state.classList.toggle('fm-problem', isProblem);
}

async function upload(input) {
  const { form, id } = input;
  const say = (text, isProblem = false) => {
    said.set(id, { text, isProblem });
    show(id);
  };
  const chosen = [...input.files];
  const problems = [];
  const ids = [];
  uploadBegins(form);
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
  input.value = '';
  say(problems.join(' '), problems.length > 0);
  if (ids.length) whenFree(form, () => add(form, document.getElementById(id), ids));
  uploadEnds(form, problems.length === 0);
}

function add(form, input, ids) {
  if (!input) return;
  if (!input.multiple) for (const one of form.querySelectorAll('input[type=hidden]')) if (one.name === input.dataset.field && one.value) one.remove();
  for (const id of ids) {
    const hidden = document.createElement('input');
    Object.assign(hidden, { type: 'hidden', name: input.dataset.field, value: id });
    input.parentElement.before(hidden);
  }
  form.dispatchEvent(new Event('change', { bubbles: true }));
}

document.addEventListener('htmx:after:swap', () => {
  for (const [id, { text, isProblem }] of said) {
    show(id);
    if (!text || isProblem) said.delete(id);
  }
});

document.addEventListener('change', (event) => {
  const input = event.target;
  if (!input.matches?.('input[type=file][data-upload]')) return;
  event.stopPropagation();
  if (input.files.length) upload(input);
}, true);
