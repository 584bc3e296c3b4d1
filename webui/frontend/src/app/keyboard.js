import { clear, tick } from './together.js';

// j and k through a list, c to claim, x to select, / to search, ? for help. Keys typed into a field stay there.
const rows = () => [...document.querySelectorAll('[data-row]')];
const typing = (element) => element.closest?.('input, textarea, select, [contenteditable]');

const actions = {
  j: () => move(1),
  k: () => move(-1),
  c: () => (document.activeElement?.closest('[data-id]')?.querySelector('[data-claim] button') ?? document.querySelector('.taskpane [data-claim] button, .task-row:has([aria-current]) [data-claim] button'))?.click(),
  x: () => tick(),
  Escape: () => leave(),
  '/': () => { const box = document.querySelector('[data-search]'); box?.focus(); box?.select(); },
  '?': () => document.getElementById('shortcuts')?.showModal(),
};

function move(step) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  if (at >= 0) return all[Math.min(all.length - 1, Math.max(0, at + step))].focus();
  // The row whose place a task has left is the next one; else one goes on from the task that is shown.
  const left = all.find((row) => row.hasAttribute('data-place'));
  if (left && step > 0) return left.focus();
  const from = left ? all.indexOf(left) : all.findIndex((row) => row.hasAttribute('aria-current'));
  all[Math.min(all.length - 1, Math.max(0, from + step))]?.focus();
}

// Out of the selection, then out of what was opened above the list, then from the task back to its row.
let opener = null;
function leave() {
  if (!clear() && !closeFilter()) document.querySelector('[data-row][aria-current]')?.focus();
}

function closeFilter() {
  const box = document.getElementById('filterbox');
  if (!box?.firstElementChild) return false;
  box.replaceChildren();
  (opener?.isConnected ? opener : document.querySelector('[data-filter-open]'))?.focus();
  return true;
}

document.addEventListener('click', (event) => {
  opener = event.target.closest?.('[data-filter-open]') ?? opener;
});
// What opens above the list takes the focus; when rows come anew, as at every letter of a search, it stays where it is.
document.addEventListener('htmx:after:swap', (event) => {
  if (event.detail?.ctx?.target?.id === 'filterbox') document.querySelector('#filterbox :is(select, input:not([type=hidden]), button)')?.focus();
});

// Out of a field: from the search into what it has found.
function leaveField(field) {
  field.blur();
  if (field.matches('[data-search]')) (document.querySelector('[data-row][aria-current]') ?? rows()[0])?.focus();
}

// Who speaks to the machine, or hits keys by accident, switches single keys off; kept in this browser.
const SINGLE_KEYS = 'tuoke.single-keys';
const singleKeys = () => localStorage.getItem(SINGLE_KEYS) !== 'off';

for (const control of document.querySelectorAll('[data-single-keys]')) {
  control.closest('[hidden]').hidden = false;
  control.checked = singleKeys();
  control.addEventListener('change', () => {
    localStorage.setItem(SINGLE_KEYS, control.checked ? 'on' : 'off');
    for (const other of document.querySelectorAll('[data-single-keys]')) other.checked = control.checked;
  });
}

// The row of the task that is shown is in sight.
document.querySelector('.task-link[aria-current]')?.scrollIntoView({ block: 'nearest' });

document.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  if (event.key === 'Escape' && event.target.closest?.('#filterbox')) return void closeFilter();
  if (event.key === 'Escape' && typing(event.target)) {
    // Browsers empty a search for it: what was found would go, and the place in it.
    if (event.target.matches('[data-search]')) event.preventDefault();
    return leaveField(event.target);
  }
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.target.closest?.('form')?.querySelector('[name="_op"][value="submit"]')?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector('dialog[open]')) return;
  const action = actions[event.key];
  if (!action || (event.key.length === 1 && !singleKeys())) return;
  event.preventDefault();
  action();
});
