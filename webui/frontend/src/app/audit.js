// Replay: keys, links, the list of events and the slider say which moment is wanted. Without this the links open pages.
import { begin, show } from './replay-moments.js';

// A browser refuses addresses that change too often; nobody copies one while the slider moves.
const ADDRESS_MILLISECONDS = 200, TURN_MILLISECONDS = 60;
const slider = () => document.querySelector('[data-replay] #slider');
const line = (at) => document.querySelector(`[data-events] [data-step="${at}"]`);
let written = 0, turning = 0;

function go(at) {
  const control = slider(), wanted = Math.min(Number(control.max), Math.max(1, at));
  if (wanted === Number(control.value)) return;
  control.value = wanted;
  control.dispatchEvent(new Event('input', { bubbles: true }));
}

/** List and the slider's words follow at once, the address when it stands still. */
function follow(control) {
  const at = control.value, current = line(at);
  document.querySelector('[data-events] [aria-current]')?.removeAttribute('aria-current');
  control.setAttribute('aria-valuetext', current ? `${at} ${current.children[1].textContent}` : at);
  if (!current) {
    turn();
    return;
  }
  current.setAttribute('aria-current', 'step');
  const list = current.closest('[data-events]'), row = current.getBoundingClientRect(), box = list.getBoundingClientRect();
  if (row.top < box.top || row.bottom > box.bottom) list.scrollTop += row.top - box.top - box.height / 2;
}

/** The page of the list on which the slider stands, once it has stood there for a moment. */
function turn() {
  clearTimeout(turning);
  turning = setTimeout(async () => {
    const at = slider().value, answer = await fetch(`${document.querySelector('[data-replay]').dataset.stepsOf}?at=${at}`, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok || answer.redirected) return;
    const page = document.createElement('template');
    page.innerHTML = await answer.text();
    document.querySelector('.replay-list').replaceWith(page.content.querySelector('.replay-list'));
    follow(slider());
  }, TURN_MILLISECONDS);
}

function writeAddress() {
  clearTimeout(written);
  written = 0;
  history.replaceState(history.state, '', `${document.querySelector('[data-replay]').dataset.replay}?at=${slider().value}`);
}

document.addEventListener('input', (event) => {
  if (event.target !== slider()) return;
  follow(event.target);
  show(Number(event.target.value));
  clearTimeout(written);
  written = setTimeout(writeAddress, ADDRESS_MILLISECONDS);
});

addEventListener('pagehide', () => { if (written && slider()) writeAddress(); });

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-replay] [data-step]');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(Number(link.dataset.step));
});

const KEYS = { ArrowLeft: (at) => at - 1, ArrowRight: (at) => at + 1, Home: () => 1, End: () => Infinity };

document.addEventListener('keydown', (event) => {
  const control = slider();
  if (!control || !KEYS[event.key] || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest?.('input, textarea, select, .diagram, dialog[open]')) return;
  event.preventDefault();
  go(KEYS[event.key](Number(control.value)));
});

if (slider()) {
  follow(slider());
  begin();
}
