// One request of a form at a time. What is pressed meanwhile waits its turn and is sent with what stands in the form then, so that no press is lost
// and no answer undoes another; automatic savings wait as one. What must not go without the files that are being uploaded waits for them.
import { renamed } from './forms-rows.js';

const AT_ONCE = /^(add:.*|refresh)$/;
const states = new WeakMap();

/** The form that a request is about: the one that its answer was to replace when it was made. */
export function formOf(ctx) {
  if (ctx.aboutForm === undefined) ctx.aboutForm = ctx.target?.matches?.('form.fm') ? ctx.target : null;
  return ctx.aboutForm;
}

function stateOf(form) {
  if (!states.has(form)) states.set(form, { sent: null, presses: [], wantsSaving: false, uploads: 0, ready: [] });
  return states.get(form);
}

const pressOf = (ctx) => ({ source: ctx.sourceElement, name: ctx.request.submitter?.name ?? '', value: ctx.request.submitter?.value ?? '' });
const needsFiles = ({ name, value }) => name !== '' && !(name === '_op' && AT_ONCE.test(value));
const waitsForFiles = (state, press) => state.uploads > 0 && needsFiles(press);

// Pressed twice before the answer came: the same thing is meant, except that each row that is added is one more.
const isAgain = (state, { name, value }) => name !== '' && !value.startsWith('add:')
  && [state.sent, state.presses.at(-1)].some((one) => one && one.name === name && one.value === value);

function word(form, key) {
  const line = form.querySelector('[data-form-waiting]');
  if (line) line.textContent = key ? line.dataset[key] : '';
}

document.addEventListener('htmx:config:request', (event) => {
  const { ctx } = event.detail;
  const form = formOf(ctx);
  if (!form) return;
  const state = stateOf(form);
  const press = ctx.request.submitter || ctx.sourceElement !== form ? pressOf(ctx) : null;
  const isHeld = press && waitsForFiles(state, press);
  if (press) word(form, isHeld ? 'files' : '');
  if (!state.sent && !isHeld) return;
  event.preventDefault();
  if (!press) state.wantsSaving = true;
  else if (!isAgain(state, press)) state.presses.push(press);
});

document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  const form = formOf(ctx);
  if (form) stateOf(form).sent = pressOf(ctx);
});

document.addEventListener('htmx:finally:request', (event) => {
  const { ctx } = event.detail;
  const form = formOf(ctx);
  if (!form) return;
  const state = stateOf(form);
  const done = state.sent;
  state.sent = null;
  if (ctx.hx?.redirect) state.presses = [];
  else if (done && ctx.response?.status === 200) {
    state.presses = state.presses.map((press) => ({ ...press, value: renamed(press.value, done.value) })).filter((press) => press.value !== null);
  }
  setTimeout(() => goOn(form));
});

function goOn(form) {
  const state = stateOf(form);
  if (!form.isConnected || state.sent) return;
  for (const act of state.ready.splice(0)) act();
  const next = state.presses.findIndex((press) => !waitsForFiles(state, press));
  if (next >= 0) {
    const [press] = state.presses.splice(next, 1);
    pressAgain(form, press);
    // Its button is gone: the next one, if there is one, is not held up by it.
    if (!state.sent) goOn(form);
  } else if (state.wantsSaving) {
    state.wantsSaving = false;
    form.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

function pressAgain(form, { source, name, value }) {
  if (source !== form) {
    if (source.isConnected) source.requestSubmit();
    return;
  }
  const button = [...form.elements].find((one) => one.type === 'submit' && one.name === name && one.value === value);
  if (button) form.requestSubmit(button);
}

/** `act` as soon as no request of the form is on its way, before anything that waits is sent. */
export function whenFree(form, act) {
  const state = stateOf(form);
  state.ready.push(act);
  if (!state.sent) goOn(form);
}

export function uploadBegins(form) {
  stateOf(form).uploads += 1;
}

/** `isWhole` false: not everything that was chosen has been uploaded, and what waited for it is not sent. */
export function uploadEnds(form, isWhole) {
  const state = stateOf(form);
  state.uploads -= 1;
  const waiting = state.presses.filter(needsFiles);
  if (!isWhole && waiting.length) {
    state.presses = state.presses.filter((press) => !waiting.includes(press));
    word(form, 'incomplete');
  } else if (!state.uploads) word(form, '');
  if (!state.sent) goOn(form);
}

// The answer to something else brought the form back without the word.
document.addEventListener('htmx:after:swap', () => {
  const form = document.getElementById('screen-form');
  const state = form && states.get(form);
  if (state?.presses.some((press) => waitsForFiles(state, press))) word(form, 'files');
});
