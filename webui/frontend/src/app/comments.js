// Comments beside a task: the button above leads to them; after an answer the focus is where its words are.
document.addEventListener('click', (event) => {
  const panel = event.target.closest?.('[data-comments]') && document.getElementById('comments');
  if (!panel || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  panel.open = true;
  panel.dataset.folded = '';
  const field = document.getElementById('comment-text');
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: 'center' });
});

document.addEventListener('htmx:after:swap', (event) => {
  if (event.detail.ctx.target?.id === 'comments') document.querySelector('#comments [data-focus]')?.focus();
});
