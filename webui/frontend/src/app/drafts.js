// Says when what was typed is not kept yet, and asks before a page with such text is left.
let unsaved = null;

const state = (form, text) => {
  const line = form.querySelector('[data-draft-state]');
  if (line) line.textContent = text ?? line.dataset.saved ?? '';
};

document.addEventListener('input', (event) => {
  const form = event.target.closest?.('form[data-drafts]');
  if (!form) return;
  unsaved = form;
  state(form, form.querySelector('[data-draft-state]')?.dataset.unsaved);
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
