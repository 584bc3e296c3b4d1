// A form that was sent when its sender was signed out goes on after signing in in place of the notice.
const box = () => document.querySelector('.sign-in-here');
let waiting = null;

document.addEventListener('htmx:after:request', (event) => {
  const { request, response } = event.detail.ctx;
  if (response.status === 401 && request.form) waiting = { form: request.form, submitter: request.submitter };
});

// Said once: what is being typed into it stays, whatever else is sent meanwhile.
document.addEventListener('htmx:before:swap', (event) => {
  if (event.detail.ctx.response.status === 401 && box()) event.preventDefault();
});

document.addEventListener('signed-in', () => {
  const { form, submitter } = waiting ?? {};
  waiting = null;
  if (!form?.isConnected) return;
  if (submitter?.isConnected) form.requestSubmit(submitter);
  else form.dispatchEvent(new Event('change', { bubbles: true }));
});

// Who pressed a button is led there; who goes on typing is not interrupted.
document.addEventListener('htmx:after:swap', (event) => {
  if (event.detail.ctx.request.submitter) box()?.querySelector('input[type=password]').focus();
});
