// Requests that htmx makes: the CSRF token on each, and a word when the server cannot be reached.
const text = document.documentElement.lang.startsWith('en')
  ? 'The server cannot be reached. Nothing was saved; please try again.'
  : '连不上服务器,刚才的操作没有保存,请重试。';

document.addEventListener('htmx:config:request', (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers['X-CSRFToken'] = token;
});

document.addEventListener('htmx:error', (event) => {
  console.error(event.detail?.error);
  notice(text);
});

/** Shows one line at the top of the page until it is closed or replaced; read aloud by screen readers. */
export function notice(message) {
  document.querySelector('.request-notice')?.remove();
  const box = document.createElement('div');
  box.className = 'request-notice alert alert-danger alert-dismissible';
  box.role = 'alert';
  box.textContent = message;
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'btn-close';
  close.ariaLabel = document.documentElement.lang.startsWith('en') ? 'Close' : '关闭';
  close.addEventListener('click', () => box.remove());
  box.append(close);
  document.body.prepend(box);
}
