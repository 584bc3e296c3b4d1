// A list that is being looked at keeps up with the server: asked again every few seconds while the page is visible, answered in full only when
// something has changed. Focus, selection and what is under the pointer stay where they are.
const EVERY_MS = 8000;
const LONGEST_MS = 120000;
const english = document.documentElement.lang.startsWith('en');
let wait = EVERY_MS;
let etag = null;
let asked = null;
let timer = 0;

const box = () => document.querySelector('[data-live]');

async function look() {
  const list = box();
  if (!list || document.hidden) return;
  const address = list.dataset.live;
  if (address !== asked) etag = null;
  asked = address;
  try {
    const answer = await fetch(address, { headers: { 'HX-Request': 'true', ...(etag ? { 'If-None-Match': etag } : {}) }, cache: 'no-store' });
    if (answer.status === 401) return;
    if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    wait = EVERY_MS;
    if (answer.status === 200) {
      const text = await answer.text();
      if (box() === list && list.dataset.live === address) merge(list, text);
      etag = answer.headers.get('ETag');
    }
  } catch {
    wait = Math.min(wait * 2, LONGEST_MS);
  }
  plan();
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

function merge(list, text) {
  const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('rows');
  if (!fresh) return;
  counts(fresh.dataset.counts);
  const now = list.querySelector('[data-list]');
  const then = fresh.querySelector('[data-list]');
  if (!now || !then) {
    if (now && busy(now)) leave(now.children);
    else if (now || then) list.replaceChildren(...fresh.childNodes);
    return;
  }
  const known = new Map([...now.children].map((row) => [row.dataset.id, row]));
  let added = 0;
  let place = null;
  for (const row of [...then.children]) {
    const old = known.get(row.dataset.id);
    known.delete(row.dataset.id);
    // What a row says changes while it stays, but not under a finger or a cursor.
    const kept = old && (busy(old) || old.matches(':active') || said(old) === said(row)) ? old : row;
    if (old && kept !== old) old.replaceWith(row);
    added += old ? 0 : 1;
    delete kept.dataset.gone;
    const next = place ? place.nextElementSibling : now.firstElementChild;
    if (next !== kept && !kept.contains(document.activeElement)) now.insertBefore(kept, next);
    place = kept;
  }
  leave(known.values());
  if (added) say(english ? `${added} new` : `新到 ${added} 项`);
}

/** Takes rows away; what somebody is at stays, and says that it has gone. */
function leave(rows) {
  for (const row of [...rows]) {
    if (busy(row)) row.dataset.gone = english ? 'No longer in this list' : '已不在这个列表里';
    else row.remove();
  }
}

const said = (row) => `${row.className} ${row.textContent.replace(/\s+/g, ' ')}`;
const busy = (element) => element.contains(document.activeElement) || element.querySelector('input:checked') !== null;

function counts(text) {
  for (const [name, value] of Object.entries(JSON.parse(text ?? '{}'))) {
    const shown = document.querySelector(`[data-count="${name}"]`);
    if (shown && shown.textContent !== value) shown.textContent = value;
  }
}

/** Reads a sentence out politely; nothing is seen of it. */
export function say(text) {
  let line = document.getElementById('live-news');
  if (!line) {
    line = Object.assign(document.createElement('div'), { id: 'live-news', className: 'visually-hidden' });
    line.setAttribute('role', 'status');
    document.body.append(line);
  }
  line.textContent = text;
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer);
  else look();
});
if (box()) plan();
