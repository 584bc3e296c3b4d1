// Whom a comment mentions: while a name is written after @, those who may see the case are offered. What is written decides, not what was chosen here.
import { say } from './live.js';

const PAUSE_MS = 120;
// As the server reads it: the sign of a mail address has a letter or digit before it.
const WRITING = /(?:^|[^A-Za-z0-9._%+-])[@＠]([^\s@＠]{0,30})$/;
const english = document.documentElement.lang.startsWith('en');
let open = null;
let waiting = 0;
let asked = '';

const typed = (area) => WRITING.exec(area.value.slice(0, area.selectionStart))?.[1];

function close() {
  clearTimeout(waiting);
  asked = '';
  if (!open) return;
  open.box.remove();
  for (const name of ['aria-controls', 'aria-activedescendant']) open.area.removeAttribute(name);
  open = null;
}

function mark(at) {
  const lines = [...open.list.children];
  open.at = (at + lines.length) % lines.length;
  lines.forEach((line, number) => line.setAttribute('aria-selected', String(number === open.at)));
  open.area.setAttribute('aria-activedescendant', lines[open.at].id);
  lines[open.at].scrollIntoView({ block: 'nearest' });
}

function choose(one) {
  const { area } = open;
  const end = area.selectionStart;
  const written = `${one.written} `;
  area.setRangeText(written, end - typed(area).length, end, 'end');
  close();
  area.focus();
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

function line(one, number) {
  const made = Object.assign(document.createElement('li'), { id: `mention-${number}` });
  made.setAttribute('role', 'option');
  const name = Object.assign(document.createElement('strong'), { textContent: one.name });
  made.append(name, Object.assign(document.createElement('span'), { className: 'muted small', textContent: one.account }));
  return made;
}

function show(area, people) {
  close();
  if (!people.length) return;
  const list = Object.assign(document.createElement('ul'), { id: 'mention-list', className: 'mention-list' });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', area.dataset.mentionsLabel);
  list.append(...people.map(line));
  // A press must not take the focus away from what is being written.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const at = [...list.children].indexOf(event.target.closest('li'));
    if (at >= 0) choose(people[at]);
  });
  const box = Object.assign(document.createElement('div'), { className: 'mention-box' });
  area.after(box);
  box.append(list);
  open = { area, box, list, people, at: 0 };
  area.setAttribute('aria-autocomplete', 'list');
  area.setAttribute('aria-controls', list.id);
  mark(0);
  say(english ? `${people.length} to choose from` : `可选 ${people.length} 人`);
}

async function look(area) {
  const prefix = typed(area);
  if (prefix === undefined) {
    close();
    return;
  }
  const question = `@${prefix}`;
  if (question === asked) return;
  asked = question;
  try {
    const address = new URL(area.dataset.mentions, location.href);
    address.searchParams.set('q', prefix);
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok || typed(area) !== prefix || document.activeElement !== area) return;
    show(area, (await answer.json()).people);
    asked = question;
  } catch {
    // Without the list a mention is written out, as without scripts.
    close();
  }
}

const area = (event) => event.target.closest?.('textarea[data-mentions]');

function soon(event) {
  const written = area(event);
  if (!written || event.isComposing) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => look(written), PAUSE_MS);
}

function keys(event) {
  if (!open || area(event) !== open.area || event.isComposing) return;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) mark(open.at + moves[event.key]);
  else if (event.key === 'Enter' || event.key === 'Tab') choose(open.people[open.at]);
  else if (event.key === 'Escape') close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

for (const name of ['input', 'compositionend', 'click']) document.addEventListener(name, soon);
document.addEventListener('keydown', keys, true);
document.addEventListener('focusout', (event) => {
  if (open && event.target === open.area) close();
});
