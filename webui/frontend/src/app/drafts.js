// Says when what was typed is not kept yet, asks before a page with such text is left, and lets no late answer undo what was typed since.
let unsaved = null;
// How often something was typed on this page: a request knows how often when what it sends was collected.
let typed = 0;

const formOf = (event) => event.target.closest?.('form.fm');

const say = (form) => {
  const line = form.querySelector('[data-draft-state]');
  if (!line) return;
  line.textContent = line.dataset.unsaved;
  line.classList.remove('draft-hint');
};

document.addEventListener('input', (event) => {
  const form = formOf(event);
  if (!form) return;
  typed += 1;
  if (!form.hasAttribute('data-drafts')) return;
  unsaved = form;
  say(form);
});

document.addEventListener('htmx:config:request', (event) => {
  const { ctx } = event.detail;
  if (ctx.request.form?.matches('form.fm')) ctx.typed = typed;
});

document.addEventListener('htmx:after:request', (event) => {
  const { ctx } = event.detail;
  if (unsaved && ctx.request.form === unsaved && ctx.response.status < 400 && ctx.typed === typed) unsaved = null;
});

// The answer to an automatic saving shows what had been typed when it was sent. What was typed since is sent soon, and its answer shown then.
document.addEventListener('htmx:before:swap', (event) => {
  const { ctx } = event.detail;
  if (ctx.typed !== undefined && ctx.typed !== typed && !ctx.request.submitter && ctx.response.status === 200) event.preventDefault();
});

// Seen once: the page must not move again under somebody who goes on typing.
let told = false;
document.addEventListener('htmx:after:swap', () => {
  const newer = document.getElementById('draft-newer');
  if (newer && !told) newer.scrollIntoView({ block: 'nearest' });
  told = newer !== null;
  if (unsaved?.isConnected && !newer) say(unsaved);
});

document.addEventListener('submit', (event) => {
  if (event.target === unsaved) unsaved = null;
});

addEventListener('beforeunload', (event) => {
  if (unsaved?.isConnected) event.preventDefault();
});
