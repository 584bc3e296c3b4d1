import htmx from 'htmx.org';

// A copy of what is being typed, in this browser, per person and form: there after a lost connection, a closed page or a crash. It goes when the
// server has it, when its owner discards it or signs out, and after two weeks.
const PREFIX = 'tuoke-form ';
const LONGEST_MS = 14 * 86400000;
const WAIT_MS = 300;
const NOT_KEPT = new Set(['csrf_token', '_op', '_over', '_frame']);
let timer = 0;
// A copy that its owner has not decided about is not overwritten.
let undecided = false;

const keyOf = (form) => (form.dataset.person ? `${PREFIX}${form.dataset.person} ${location.pathname}` : null);

function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !NOT_KEPT.has(name));
}

/** Keep what stands in the form now; soon, or `atOnce`. Where the browser keeps nothing, the page still does. */
export function remember(form, atOnce = false) {
  const key = keyOf(form);
  clearTimeout(timer);
  if (!key || undecided) return;
  const keep = () => {
    if (!form.isConnected) return;
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: fieldsOf(form) }));
    } catch { /* full or forbidden */ }
  };
  if (atOnce) keep();
  else timer = setTimeout(keep, WAIT_MS);
}

export function forget(form) {
  clearTimeout(timer);
  const key = keyOf(form);
  if (key && !undecided) localStorage.removeItem(key);
}

function keptKeys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function copyOf(key) {
  try {
    const copy = JSON.parse(localStorage.getItem(key));
    return Array.isArray(copy?.fields) && Date.now() - copy.at < LONGEST_MS ? copy : null;
  } catch {
    return null;
  }
}

const isSame = (one, other) => JSON.stringify(one.filter(([name]) => !name.startsWith('_'))) === JSON.stringify(other.filter(([name]) => !name.startsWith('_')));

// Sent to the server like any change of the form: it answers with the form as it is then, or tells that another page has saved since.
function restore(form, copy) {
  const sender = Object.assign(document.createElement('form'), { method: 'post', hidden: true });
  for (const [name, value] of Object.entries({ 'hx-post': form.getAttribute('hx-post'), 'hx-target': '#screen-form', 'hx-swap': 'outerMorph' })) {
    sender.setAttribute(name, value);
  }
  for (const [name, value] of [...copy.fields, ['_op', 'refresh']]) {
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name, value });
    sender.append(field);
  }
  document.body.append(sender);
  htmx.process(sender);
  sender.addEventListener('htmx:after:request', (event) => {
    if (form.hasAttribute('data-drafts') && event.detail.ctx.response.status < 400) forget(form);
  });
  sender.addEventListener('htmx:finally:request', () => sender.remove());
  sender.requestSubmit();
}

function offer(form) {
  // Who wants to see what the server has, beside what stands in another page, is not given that other page's copy.
  if (location.hash === '#as-kept') return;
  const key = form && keyOf(form);
  const copy = key ? copyOf(key) : null;
  if (!copy || isSame(copy.fields, fieldsOf(form))) return;
  if (form.hasAttribute('data-drafts')) {
    restore(form, copy);
    return;
  }
  const bar = form.querySelector('template[data-kept-copy]').content.firstElementChild.cloneNode(true);
  undecided = true;
  bar.querySelector('time').textContent = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' });
  form.before(bar);
  bar.addEventListener('click', (event) => {
    const choice = event.target.closest('[data-kept]')?.dataset.kept;
    if (!choice) return;
    undecided = false;
    bar.remove();
    if (choice === 'restore') restore(form, copy);
    else localStorage.removeItem(key);
  });
}

document.addEventListener('submit', (event) => {
  if (!new URL(event.target.action, location.href).pathname.endsWith('/sign-out')) return;
  for (const key of keptKeys()) localStorage.removeItem(key);
});

for (const key of keptKeys()) if (!copyOf(key)) localStorage.removeItem(key);
offer(document.getElementById('screen-form'));
