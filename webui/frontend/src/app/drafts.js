// Says what is kept of what was typed and where, asks before a page with such text is left, and lets no late answer undo what was typed since.
import { forget, remember } from './drafts-kept.js';

let unsaved = null;
let offline = false;
// How often something was typed on this page: a request knows how often when what it sends was collected.
let typed = 0;
const AGAIN_MS = 10000;
let again = 0;

const isDraft = (form) => form.hasAttribute('data-drafts');

function say(form, word) {
  const line = form.querySelector('[data-draft-state]');
  if (!line) return;
  line.textContent = line.dataset[word];
  line.classList.remove('draft-hint');
  line.classList.toggle('draft-told', word === 'offline');
}

// Nothing on the page has to change: the answer brings only the draft's revision and a word.
function stands(form, ctx) {
  const { headers } = ctx.response;
  const revision = form.elements._revision;
  if (!revision || !headers.has('X-Draft-Revision')) return;
  revision.value = headers.get('X-Draft-Revision');
  const line = form.querySelector('[data-draft-state]');
  line.textContent = ctx.recovered ? line.dataset.sent : decodeURIComponent(headers.get('X-Draft-Saved'));
  line.classList.remove('draft-hint', 'draft-told');
}

document.addEventListener('input', (event) => {
  const form = event.target.closest?.('form.fm');
  if (!form) return;
  typed += 1;
  unsaved = form;
  remember(form);
  if (!offline) say(form, 'unsaved');
});

document.addEventListener('htmx:config:request', (event) => {
  const { ctx } = event.detail;
  if (!ctx.request.form?.matches('form.fm')) return;
  ctx.typed = typed;
  // An automatic saving that fails says so beside the buttons.
  ctx.quiet = isDraft(ctx.request.form) && !ctx.request.submitter;
});

document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  if (ctx.typed !== undefined && isDraft(ctx.request.form) && !offline) say(ctx.request.form, 'saving');
});

document.addEventListener('htmx:after:request', (event) => {
  const { ctx } = event.detail;
  const { form } = ctx.request;
  if (ctx.typed === undefined || ctx.response.status >= 400) return;
  ctx.recovered = offline;
  offline = false;
  clearTimeout(again);
  if (ctx.response.status === 204) stands(form, ctx);
  const kept = isDraft(form) || ctx.response.headers.has('HX-Redirect');
  if (!kept || ctx.typed !== typed) return;
  unsaved = null;
  forget(form);
});

// The answer to an automatic saving shows what had been typed when it was sent. What was typed since is sent soon, and its answer shown then.
document.addEventListener('htmx:before:swap', (event) => {
  const { ctx } = event.detail;
  if (ctx.typed !== undefined && ctx.typed !== typed && !ctx.request.submitter && ctx.response.status === 200) event.preventDefault();
});

// Seen once: the page must not move again under somebody who goes on typing.
let told = false;
document.addEventListener('htmx:after:swap', (event) => {
  const newer = document.getElementById('draft-newer');
  if (newer && !told) newer.scrollIntoView({ block: 'nearest' });
  told = newer !== null;
  if (newer) return;
  const form = document.getElementById('screen-form');
  if (unsaved?.isConnected && isDraft(unsaved)) say(unsaved, 'unsaved');
  else if (event.detail.ctx.recovered && form && isDraft(form)) say(form, 'sent');
});

document.addEventListener('htmx:error', (event) => {
  const { ctx } = event.detail;
  if (ctx?.typed === undefined || ctx.response || !isDraft(ctx.request.form)) return;
  offline = true;
  unsaved = ctx.request.form;
  remember(unsaved, true);
  say(unsaved, 'offline');
  clearTimeout(again);
  again = setTimeout(send, AGAIN_MS);
});

function send() {
  if (offline && unsaved?.isConnected) unsaved.dispatchEvent(new Event('change', { bubbles: true }));
}

addEventListener('online', send);

addEventListener('beforeunload', (event) => {
  if (unsaved?.isConnected) event.preventDefault();
});
