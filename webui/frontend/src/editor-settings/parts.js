// Building blocks of the form: each knows its place in the file and hands over what was chosen.
import { element } from '../editor/notices.js';
import { said } from './words.js';

let made = 0;

/** An element with properties and children. */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  const { data, ...plain } = properties;
  Object.assign(node, plain);
  Object.assign(node.dataset, data ?? {});
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const press = (text, act, more = {}) => h('button', { type: 'button', className: 'btn btn-sm', textContent: text, onclick: act, ...more });

const placed = (path) => ({ place: JSON.stringify(path) });

/** A text; an empty one is taken out of the file, unless it has to be there. */
export function text(form, path, label, value, { type = 'text', needed = false, readOnly = false, hint = '' } = {}) {
  const input = h('input', { type, className: 'form-control', value: value ?? '', readOnly, maxLength: 2000, autocomplete: 'off', data: placed(path) });
  if (type === 'number') Object.assign(input, { min: 0, step: 1, inputMode: 'numeric' });
  input.oninput = () => form.set(path, read(input, type, needed));
  return labelled(label, input, hint);
}

function read(input, type, needed) {
  if (input.value === '') return needed ? '' : null;
  return type === 'number' ? Math.trunc(Number(input.value)) : input.value;
}

/** options: [[value, name]]; a value that is not among them is shown and kept. */
export function select(form, path, label, value, options, { empty = said.none, after = null } = {}) {
  const choice = chooser(options, value ?? '', empty);
  choice.dataset.place = JSON.stringify(path);
  choice.onchange = () => { form.set(path, choice.value || null); after?.(); };
  return labelled(label, choice);
}

export function chooser(options, value, empty, label = '') {
  const known = options.some(([key]) => key === value) || !value;
  const all = [...(empty === null ? [] : [['', empty]]), ...options, ...(known ? [] : [[value, said.missing(value)]])];
  const choice = h('select', { className: 'form-select' }, ...all.map(([key, name]) => h('option', { value: key, textContent: name, selected: key === value })));
  if (label) choice.ariaLabel = label;
  return choice;
}

function labelled(label, field, hint = '') {
  field.id = `setting-${++made}`;
  const about = hint ? Object.assign(element('span', hint), { id: `${field.id}-hint`, className: 'muted small' }) : null;
  if (about) field.setAttribute('aria-describedby', about.id);
  return h('div', { className: 'setting' }, h('label', { htmlFor: field.id, className: 'form-label', textContent: label }), field, about);
}

export function tick(path, label, checked, change, { disabled = false, visible = true } = {}) {
  const input = h('input', { type: 'checkbox', className: 'form-check-input', checked, disabled, data: placed(path) });
  input.onchange = () => change(input.checked);
  if (visible) return h('label', { className: 'form-check' }, input, h('span', { className: 'form-check-label', textContent: label }));
  input.ariaLabel = label;
  return h('label', { className: 'tick' }, input);
}

/** Several of many; the order of those that stay is kept, what is not among the options is shown so that it can be taken out. */
export function several(form, path, label, values, groups) {
  const known = new Set(groups.flatMap(([, options]) => options.map(([key]) => key)));
  const strays = values.filter((one) => !known.has(one)).map((one) => [one, said.missing(one)]);
  let chosen = [...values];
  const change = (key) => (on) => {
    chosen = withOrWithout(chosen, key, on);
    form.set(path, chosen);
  };
  const lines = (options) => h('div', { className: 'ticks' }, ...options.map(([key, name]) => tick([...path, key], name, chosen.includes(key), change(key))));
  const all = strays.length ? [...groups, ['', strays]] : groups;
  const parts = all.flatMap(([title, options]) => [title ? h('p', { className: 'ticks-title', textContent: title }) : null, lines(options)]);
  return h('fieldset', { className: 'setting wide' }, h('legend', { className: 'form-label', textContent: label }), ...parts);
}

export const withOrWithout = (list, key, on) => (on ? [...list.filter((one) => one !== key), key] : list.filter((one) => one !== key));

/** head: texts; rows: lists of texts or nodes, the first being the row's name. */
export function table(title, head, rows) {
  const cell = (content, at) => h(at ? 'td' : 'th', at ? { data: { label: head[at] } } : { scope: 'row' }, content);
  return h('div', { className: 'setting-table' }, h('table', { className: 'sheet' },
    h('caption', { textContent: title }),
    h('thead', {}, h('tr', {}, ...head.map((content) => h('th', { scope: 'col' }, content)))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map(cell))))));
}

/** A new role or register: its key is asked first, because everything refers to it. */
export function adder(label, taken, add) {
  const key = h('input', { className: 'form-control', maxLength: 63, autocapitalize: 'off', spellcheck: false, autocomplete: 'off' });
  const name = h('input', { className: 'form-control', maxLength: 100, autocomplete: 'off' });
  const wrong = h('p', { className: 'setting-wrong', role: 'alert' });
  const go = () => {
    const problem = !/^[a-z][a-z0-9_]*$/.test(key.value.trim()) ? said.keyBad : taken.includes(key.value.trim()) ? said.keyTaken : '';
    wrong.textContent = problem;
    key.setAttribute('aria-invalid', String(Boolean(problem)));
    if (problem) return key.focus();
    add({ key: key.value.trim(), name: name.value.trim() || key.value.trim() });
  };
  for (const input of [key, name]) input.onkeydown = (event) => { if (event.key === 'Enter' && !event.isComposing) go(); };
  return h('details', { className: 'setting-adder' }, h('summary', { textContent: label }),
    h('div', { className: 'setting-grid' }, labelled(said.newKey, key), labelled(said.name, name), h('div', { className: 'setting setting-end' }, press(said.add, go, { className: 'btn btn-primary' }))), wrong);
}
