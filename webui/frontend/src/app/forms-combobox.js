// Searching in a select: the control stays the browser's own; what is typed into it opens a list that is searched, here or in the register.
// The list stands outside of the form, so that a form that comes back from the server takes nothing away.
const PAUSE_MS = 200;
let open = null;
let waiting = 0;

const element = (tag, attributes = {}, text = '') => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
};

const plain = (text) => text.normalize('NFKC').toLocaleLowerCase();
const local = (select, words) => [...select.options].filter((one) => one.value && words.every((word) => plain(one.label).includes(word)))
  .map(({ value, label }) => ({ value, label }));

function close(focus = true) {
  if (!open) return;
  const { box, select } = open;
  open = null;
  clearTimeout(waiting);
  box.remove();
  if (focus) document.getElementById(select.id)?.focus();
}

function choose(one) {
  const { select } = open;
  if (![...select.options].some((other) => other.value === one.value)) select.add(new Option(one.label, one.value));
  select.value = one.value;
  close();
  select.dispatchEvent(new Event('input', { bubbles: true }));
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

function mark(at) {
  const { list, input } = open;
  const lines = [...list.children];
  open.at = lines.length ? (at + lines.length) % lines.length : -1;
  lines.forEach((line, number) => line.setAttribute('aria-selected', String(number === open.at)));
  if (open.at < 0) {
    input.removeAttribute('aria-activedescendant');
    return;
  }
  input.setAttribute('aria-activedescendant', lines[open.at].id);
  lines[open.at].scrollIntoView({ block: 'nearest' });
}

function fill(found, more) {
  const { select, list, state } = open;
  const lines = [...(select.required || !select.value ? [] : [{ value: '', label: select.dataset.clear }]), ...found];
  open.found = lines;
  list.replaceChildren(...lines.map((one, number) => element('li', { role: 'option', id: `${list.id}-${number}`, 'data-at': number, class: one.value ? '' : 'fm-clear' }, one.label)));
  state.textContent = !found.length ? select.dataset.none : `${select.dataset.matches.replace('{count}', found.length)}${more ? ` · ${select.dataset.more}` : ''}`;
  mark(found.length ? lines.length - found.length : -1);
}

async function search() {
  const current = open;
  const { select, input } = current;
  const typed = input.value.trim();
  if (!select.dataset.lookup) {
    fill(local(select, plain(typed).split(/\s+/).filter(Boolean)), false);
    return;
  }
  const address = new URL(select.dataset.lookup, location.href);
  address.searchParams.set('q', typed);
  try {
    const answer = await (await fetch(address, { headers: { Accept: 'application/json' } })).json();
    if (open === current && input.value.trim() === typed) fill(answer.options, answer.more);
  } catch {
    if (open === current) fill(local(select, plain(typed).split(/\s+/).filter(Boolean)), false);
  }
}

function look() {
  clearTimeout(waiting);
  waiting = 0;
  open.busy = search();
}

// Who types fast and presses Enter means what was typed, not what the list still shows.
async function take() {
  const current = open;
  if (waiting) look();
  await current.busy;
  if (open === current && current.found[current.at]) choose(current.found[current.at]);
}

function keys(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
  if (event.isComposing) return;
  if (event.key in moves) mark(open.at + moves[event.key]);
  else if (event.key === 'Enter') take();
  else if (event.key === 'Escape') close();
  else if (event.key === 'Tab') { close(); return; }
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function show(select, typed = '') {
  close(false);
  const place = select.getBoundingClientRect();
  const id = `${select.id}-list`;
  const box = element('div', { class: 'fm-combobox', role: 'dialog', 'aria-label': `${select.dataset.search} ${select.dataset.label}` });
  const input = element('input', {
    class: 'form-control', type: 'search', role: 'combobox', 'aria-label': `${select.dataset.search} ${select.dataset.label}`, 'aria-expanded': 'true', 'aria-controls': id, 'aria-autocomplete': 'list', autocomplete: 'off', placeholder: select.dataset.search,
  });
  const list = element('ul', { id, role: 'listbox', 'aria-label': select.dataset.label });
  const state = element('div', { class: 'fm-combobox-state', role: 'status' });
  box.append(input, list, state);
  document.body.append(box);
  open = { select, box, input, list, state, at: -1, found: [] };
  const below = innerHeight - place.bottom;
  const height = box.offsetHeight || 300;
  box.style.insetInlineStart = `${Math.max(8, Math.min(place.left, innerWidth - Math.max(place.width, 260) - 8)) + scrollX}px`;
  box.style.inlineSize = `${Math.max(place.width, 260)}px`;
  box.style.insetBlockStart = `${(below < 320 && place.top > below ? Math.max(8, place.top - 330) : place.bottom + 2) + scrollY}px`;
  box.dataset.height = height;
  input.value = typed;
  input.focus();
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, select.dataset.lookup ? PAUSE_MS : 0);
  });
  input.addEventListener('keydown', keys);
  list.addEventListener('click', (event) => {
    const line = event.target.closest('li');
    if (line) choose(open.found[Number(line.dataset.at)]);
  });
  look();
}

document.addEventListener('mousedown', (event) => {
  const select = event.target.closest?.('select[data-combobox]');
  if (open && !open.box.contains(event.target)) close(false);
  if (!select || select.disabled || event.button) return;
  event.preventDefault();
  show(select);
});

document.addEventListener('keydown', (event) => {
  const select = event.target.closest?.('select[data-combobox]');
  if (!select || event.ctrlKey || event.metaKey || event.altKey) return;
  const letter = event.key.length === 1 && event.key !== ' ';
  if (!letter && !['Enter', ' ', 'ArrowDown', 'ArrowUp'].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  show(select, letter ? event.key : '');
}, true);

addEventListener('resize', () => close(false));

// Long lists of boxes to tick: only those that match what is typed are shown; ticked ones stay.
const filter = (input) => {
  const words = plain(input.value.trim()).split(/\s+/).filter(Boolean);
  for (const label of input.parentElement.querySelectorAll('.fm-options > label')) {
    const kept = label.querySelector('input').checked || words.every((word) => plain(label.textContent).includes(word));
    label.classList.toggle('fm-hidden', !kept);
  }
};
document.documentElement.classList.add('fm-scripts');
document.addEventListener('input', (event) => {
  if (event.target.matches?.('[data-filter]')) {
    event.stopPropagation();
    filter(event.target);
  }
}, true);
document.addEventListener('change', (event) => {
  if (event.target.matches?.('[data-filter], [data-no-send]')) event.stopPropagation();
}, true);
document.addEventListener('htmx:after:swap', () => {
  for (const input of document.querySelectorAll('[data-filter]')) if (input.value) filter(input);
});
