// The editor of pack.toml: a form, and the text behind it. The text is what counts; the server changes it entry by entry, so that comments stay.
import './settings.css';
import { announce } from '../editor/findings.js';
import { clear, notice } from '../editor/notices.js';
import { post } from '../editor/server.js';
import { Session, tools } from '../editor/session.js';
import { words } from '../editor/words.js';
import { textField } from '../editor-text/field.js';
import { h } from './parts.js';
import { sections } from './sections.js';
import { said } from './words.js';

const AGAIN_AFTER = 3000, MOST_UNDONE = 100;
const box = document.getElementById('editor');
const text = textField(box.dataset.file, () => { keep(text.value(), text.field); session.changed(); });
const pane = h('div', { className: 'settings-form' });
const view = (name, label) => h('button', { type: 'button', textContent: label, onclick: () => show(name) });
const views = { form: view('form', said.form), text: view('text', said.text) };
box.replaceChildren(h('nav', { className: 'tabs settings-views', ariaLabel: said.views }, views.form, views.text), pane, text.pane);

// `pending` are gestures of the form that the text does not have yet: { edits, source }; `past` and `future` are whole texts.
let around = null, pending = [], gesture = null, working = null, past = [], future = [], current = '', typing = null;
const session = new Session(box, async () => { await written(); return text.value(); });

/** Everything that was chosen, in the text. Rejects while the server cannot be reached; what is pending stays pending. */
function written() {
  working ??= write().finally(() => { working = null; });
  return working;
}

async function write() {
  while (pending.length) {
    const next = pending[0];
    gesture = null;
    const told = await ask(next.edits);
    pending.shift();
    if (!told) continue;
    text.show(told.text);
    keep(text.value(), next.source);
  }
}

async function ask(edits) {
  const { status, told } = await post(session.addresses.settings, JSON.stringify({ text: text.value(), edits }), { type: 'application/json' });
  if (status === 200) {
    clear('settings');
    return told;
  }
  if (status === 422) {
    notice('settings', 'bad', told.title ?? said.refused, told.text ?? '');
    queueMicrotask(() => show('text'));
    return null;
  }
  if (status === 401) session.signedOut();
  else notice('settings', 'warn', said.away);
  throw Object.assign(new Error(said.away), { away: true });
}

/** A change of the form; what is changed in one go is undone in one go. */
function edit(one) {
  const waiting = pending.length > (working ? 1 : 0) ? pending.at(-1) : null;
  if (waiting?.source === document.activeElement && isTyped(waiting.source)) gesture = waiting;
  if (gesture) gesture.edits = gesture.edits.filter((other) => JSON.stringify(other.set) !== JSON.stringify(one.set));
  else {
    gesture = { edits: [], source: document.activeElement };
    pending.push(gesture);
    queueMicrotask(() => { gesture = null; });
  }
  gesture.edits.push(one);
  session.changed();
}

const isTyped = (source) => ['text', 'number', 'textarea'].includes(source?.type);

/** The text has changed: one step back leads to what it was. Typing on in one field is one step. */
function keep(now, source) {
  if (now === current) return;
  if (source !== typing || !isTyped(source)) past = [...past, current].slice(-MOST_UNDONE);
  [typing, current, future] = [source, now, []];
  able();
}

const form = {
  set: (path, value) => edit({ set: path, value }),
  add: (kind, value) => { edit({ add: kind, value }); form.redraw(null, `${kind}:${value.key}`); },
  remove: (kind, index) => { edit({ remove: kind, index }); form.redraw(); },
  /** Draws the form from the text; focus, scroll and what is unfolded stay. */
  redraw: async (focus = document.activeElement?.dataset?.place, opened = null) => {
    try {
      await written();
      await draw(focus, opened);
    } catch (problem) {
      if (!problem.away) throw problem;
      setTimeout(() => form.redraw(focus, opened), AGAIN_AFTER);
    }
  },
};

async function draw(focus = null, opened = null) {
  around ??= await (await fetch(session.addresses.context, { headers: { 'HX-Request': 'true' } })).json();
  let told = await ask([]);
  while (told && pending.length) {
    await written();
    told = await ask([]);
  }
  if (!told) return;
  if (!told.settings) {
    notice('settings', 'bad', said.broken, told.problem);
    return show('text');
  }
  const unfolded = new Set([...pane.querySelectorAll('details[open]')].map((one) => one.dataset.entry ?? one.querySelector('summary').textContent));
  if (opened) unfolded.add(opened);
  const top = pane.scrollTop;
  pane.replaceChildren(...sections(form, told.settings, around));
  for (const one of pane.querySelectorAll('details')) one.open = unfolded.has(one.dataset.entry ?? one.querySelector('summary').textContent);
  pane.scrollTop = top;
  const again = focus && [...pane.querySelectorAll('[data-place]')].find((one) => one.dataset.place === focus && !one.disabled);
  if (again) again.focus({ preventScroll: true });
  else if (opened) pane.querySelector(`[data-entry="${CSS.escape(opened)}"]`)?.querySelector('input')?.focus();
}

/** Which of the two is seen; the form is drawn from what the text says now. */
async function show(name) {
  if (name === 'text') await written().catch(() => null);
  for (const [one, tab] of Object.entries(views)) tab.setAttribute('aria-pressed', String(one === name));
  pane.hidden = name !== 'form';
  text.pane.hidden = name !== 'text';
  if (name === 'form') await form.redraw();
}

/** Back to an earlier text, or forward again. */
async function travel(way) {
  await written().catch(() => null);
  const [from, to] = way === 'undo' ? [past, future] : [future, past];
  if (!from.length) return;
  to.push(current);
  current = from.pop();
  text.show(current);
  typing = null;
  able();
  session.changed();
  if (!pane.hidden) await draw();
}

const buttons = tools([[words.undo, () => travel('undo')], [words.redo, () => travel('redo')]]);
function able() { [past, future].forEach((list, index) => { buttons[index].disabled = !list.length; }); }
able();
text.show(await session.open());
current = text.value();
addEventListener('online', () => !pane.hidden && form.redraw());
addEventListener('focus', async () => { around = null; });
await show(new URLSearchParams(location.search).get('as') === 'text' ? 'text' : 'form');
announce('settings', { field: text.field, showText: () => show('text') }, session);
