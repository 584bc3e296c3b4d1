// Requests that htmx makes: the CSRF token on each, a fresh one taken over, and a word when the server cannot be reached.
const token = () => document.querySelector('meta[name="csrf-token"]');
const english = document.documentElement.lang.startsWith('en');
const text = english
  ? 'The server cannot be reached. What you typed is still on this page; please try again.'
  : '连不上服务器。填写的内容还在这一页，请稍后再试。';

document.addEventListener('htmx:config:request', (event) => {
  event.detail.ctx.request.headers['X-CSRFToken'] = token().content;
});

document.addEventListener('htmx:before:response', (event) => {
  const fresh = event.detail.ctx.response.headers.get('X-CSRF-Token');
  if (fresh) takeToken(fresh);
});

/** From now on this page sends the token of the session that has begun meanwhile. */
export function takeToken(fresh) {
  token().content = fresh;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = fresh;
}

document.addEventListener('htmx:error', (event) => {
  console.error(event.detail?.error);
  if (event.detail?.ctx && !event.detail.ctx.response && !event.detail.ctx.quiet) notice(text);
});

/** Says one sentence at the top of the page; read aloud by screen readers. */
export function notice(sentence) {
  const box = document.createElement('div');
  box.className = 'alert-bar alert-bar-bad';
  box.textContent = sentence;
  document.getElementById('notice').replaceChildren(box);
}
