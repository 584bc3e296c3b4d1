// Replay: the slider fetches moments (htmx); keys, links and the list of events move the slider. Without this the links open pages.
const slider = () => document.querySelector('[data-replay] #slider');
const line = (at) => document.querySelector(`[data-events] [data-step="${at}"]`);

function go(at) {
  const control = slider(), wanted = Math.min(Number(control.max), Math.max(1, at));
  if (wanted === Number(control.value)) return;
  control.value = wanted;
  control.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Address, list and the slider's words follow at once; the moment itself comes from the server. */
function follow(control, moved = true) {
  const at = control.value, address = document.querySelector('[data-replay]').dataset.replay;
  if (moved) history.replaceState(history.state, '', `${address}?at=${at}`);
  document.querySelector('[data-events] [aria-current]')?.removeAttribute('aria-current');
  const current = line(at);
  if (!current) return;
  current.setAttribute('aria-current', 'step');
  control.setAttribute('aria-valuetext', `${at} ${current.children[1].textContent}`);
  const list = current.closest('[data-events]'), row = current.getBoundingClientRect(), box = list.getBoundingClientRect();
  if (row.top < box.top || row.bottom > box.bottom) list.scrollTop += row.top - box.top - box.height / 2;
}

document.addEventListener('input', (event) => {
  if (event.target === slider()) follow(event.target);
});

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-replay] [data-step]');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const kept = link.rel;
  go(Number(link.dataset.step));
  if (kept) document.addEventListener('htmx:after:swap', () => document.querySelector(`.moment-steps [rel="${kept}"]`)?.focus({ preventScroll: true }), { once: true });
});

const KEYS = { ArrowLeft: (at) => at - 1, ArrowRight: (at) => at + 1, Home: () => 1, End: () => Infinity };

document.addEventListener('keydown', (event) => {
  const control = slider();
  if (!control || !KEYS[event.key] || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest?.('input, textarea, select, .diagram, dialog[open]')) return;
  event.preventDefault();
  go(KEYS[event.key](Number(control.value)));
});

if (slider()) follow(slider(), false);
