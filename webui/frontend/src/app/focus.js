// Focus goes where the news is: to a result or a notice when it appears, back to the list when a task is left.
function focusNews(root) {
  const news = root.querySelector?.('[data-focus]');
  if (!news) return;
  news.focus({ preventScroll: true });
  news.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('htmx:after:swap', (event) => {
  focusNews(document.getElementById('notice'));
  if (event.detail?.ctx?.hx?.retarget === '#main') focusNews(document.getElementById('main'));
});

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-dismiss]')) document.getElementById('notice').replaceChildren();
});

// A notice is about the request that failed: the next one that goes well takes it away.
document.addEventListener('htmx:after:request', (event) => {
  if (event.detail.ctx.response.status < 400) document.getElementById('notice').replaceChildren();
});

focusNews(document.getElementById('main'));
