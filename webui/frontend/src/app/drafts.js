// Says when what was typed is not kept yet, and asks before a page with such text is left.
let unsaved = null;

const say = (form, text) => {
  const line = form.querySelector('[data-draft-state]');
  if (!line) return;
  line.textContent = text;
  line.classList.remove('draft-hint');
};

document.addEventListener('input', (event) => {
  const form = event.target.closest?.('form[data-drafts]');
  if (!form) return;
  unsaved = form;
  say(form, form.querySelector('[data-draft-state]')?.dataset.unsaved);
});

document.addEventListener('htmx:after:request', (event) => {
  const { response, request } = event.detail.ctx;
  if (unsaved && request.form === unsaved && response.status < 400) unsaved = null;
});

document.addEventListener('submit', (event) => {
  if (event.target === unsaved) unsaved = null;
});

addEventListener('beforeunload', (event) => {
  if (unsaved?.isConnected) event.preventDefault();
});
