// Files of a case: chosen, dropped or photographed, they go to the server one after the other and are then added together.
import { upload } from './upload.js';

const isOfFiles = (event) => event.dataTransfer?.types.includes('Files');
const formOf = (zone) => zone?.querySelector('form[data-attach]');

function line(form, file) {
  const list = form.querySelector('.file-progress');
  const item = document.createElement('li');
  const name = document.createElement('bdi');
  const state = document.createElement('span');
  name.textContent = file.name;
  state.textContent = form.dataset.waiting;
  item.append(name, ' ', state);
  list.append(item);
  list.hidden = false;
  return (text, failed = false) => {
    state.textContent = text;
    item.classList.toggle('is-failed', failed);
  };
}

async function send(form, file, say) {
  if (file.size > Number(form.dataset.mostBytes)) throw new Error(form.dataset.large);
  say(form.dataset.uploading);
  const kept = await upload(form.dataset.attach, file, (percent) => say(`${form.dataset.uploading} ${percent}%`), form.dataset.failed);
  say('100%');
  return kept.id;
}

function remember(form, id) {
  const hidden = document.createElement('input');
  Object.assign(hidden, { type: 'hidden', name: 'file_id', value: id });
  form.append(hidden);
}

async function attach(form, files) {
  if (!files.length || form.dataset.busy) return;
  const pending = form.querySelectorAll('input[name=file_id]').length;
  form.querySelector('.file-progress').replaceChildren();
  if (files.length + pending > Number(form.dataset.most)) {
    line(form, { name: '' })(form.dataset.many, true);
    return;
  }
  form.dataset.busy = 'true';
  const said = files.map((file) => line(form, file));
  let failed = 0;
  for (const [at, file] of files.entries()) {
    try {
      remember(form, await send(form, file, said[at]));
    } catch (error) {
      failed += 1;
      said[at](error.message, true);
    }
  }
  // What failed is still said after the list has come back with the others.
  unsaid = failed ? [...form.querySelectorAll('.file-progress .is-failed')] : [];
  if (failed < files.length || pending) form.requestSubmit();
  else delete form.dataset.busy;
}

let unsaid = [];

document.addEventListener('htmx:after:swap', () => {
  const panel = document.getElementById('files');
  const list = panel?.querySelector('.file-progress');
  if (list && unsaid.length && !unsaid[0].isConnected) {
    list.replaceChildren(...unsaid);
    list.hidden = false;
    unsaid = [];
  }
  const news = panel?.querySelector('[data-focus]:not([data-told])');
  if (!news) return;
  news.dataset.told = '';
  news.focus({ preventScroll: true });
  news.scrollIntoView({ block: 'nearest' });
});

// The server was not reached: what has been uploaded waits in the form, and its button comes back.
document.addEventListener('htmx:error', () => {
  for (const form of document.querySelectorAll('form[data-attach][data-busy]')) {
    delete form.dataset.busy;
    line(form, { name: '' })(form.dataset.unsent, true);
  }
});

document.addEventListener('change', (event) => {
  const input = event.target;
  const form = input.matches?.('input[type=file]') ? input.closest('form[data-attach]') : null;
  if (!form) return;
  const files = [...input.files];
  input.value = '';
  attach(form, files);
});

// A file that misses the panel must not take the browser, and what was typed, to another page.
document.addEventListener('dragover', (event) => {
  if (!isOfFiles(event) || event.target.matches?.('input[type=file]') || !document.querySelector('form[data-attach]')) return;
  event.preventDefault();
  const zone = event.target.closest?.('[data-drop-files]');
  event.dataTransfer.dropEffect = formOf(zone) ? 'copy' : 'none';
  mark(formOf(zone) ? zone : null);
});
document.addEventListener('dragleave', (event) => {
  if (!event.relatedTarget?.closest?.('[data-drop-files]')) mark(null);
});
document.addEventListener('drop', (event) => {
  if (!isOfFiles(event) || event.target.matches?.('input[type=file]') || !document.querySelector('form[data-attach]')) return;
  event.preventDefault();
  mark(null);
  const form = formOf(event.target.closest?.('[data-drop-files]'));
  if (form) attach(form, [...event.dataTransfer.files]);
});

function mark(zone) {
  for (const each of document.querySelectorAll('.is-dropping')) if (each !== zone) each.classList.remove('is-dropping');
  zone?.classList.add('is-dropping');
}
