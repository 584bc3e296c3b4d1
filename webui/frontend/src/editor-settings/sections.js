// pack.toml as a form: the pack, its document, roles and registers.
import { adder, h, press, several, text } from './parts.js';
import { register } from './register.js';
import { pick, said } from './words.js';

const DOCUMENT = ['title', 'title_en', 'number', 'status', 'status_en', 'department', 'department_en', 'supervision', 'supervision_en', 'verification', 'verification_en',
  'prepared_by', 'prepared_on', 'reviewed_by', 'reviewed_on', 'approved_by', 'approved_on', 'revision_mark', 'revision_count', 'revised_on'];

/** form: { set, add, remove, redraw }; settings: what pack.toml says; around: what can be chosen. */
export function sections(form, settings, around) {
  const keys = (list) => list.map((one) => one.key);
  const chosen = { ...around, roles: settings.roles };
  return [
    panel(said.pack, h('div', { className: 'setting-grid' },
      text(form, ['pack', 'name'], said.name, settings.name, { needed: true }),
      text(form, ['pack', 'name_en'], said.nameEn, settings.name_en),
      text(form, ['pack', 'key'], said.key, settings.key, { readOnly: true, hint: said.keyStays }))),
    panel(said.document, h('div', { className: 'setting-grid' }, ...DOCUMENT.map((key) => text(form, ['document', key], said[key], settings.document[key], { type: kindOf(key, settings.document[key]) })))),
    panel(said.roles, ...settings.roles.map((role, index) => entry(form, 'role', index, role, roleFields(form, role, index, around))), adder(said.addRole, keys(settings.roles), (value) => form.add('role', value))),
    panel(said.records, ...settings.record_types.map((record, index) => entry(form, 'record', index, record, register(form, record, index, chosen))), adder(said.addRecord, keys(settings.record_types), (value) => form.add('record', value))),
  ];
}

function kindOf(key, value) {
  if (key === 'revision_count') return !value || /^\d+$/.test(value) ? 'number' : 'text';
  return key.endsWith('_on') && (!value || /^\d{4}-\d\d-\d\d$/.test(value)) ? 'date' : 'text';
}

function panel(title, ...children) {
  return h('section', { className: 'panel' }, h('header', {}, h('h2', { textContent: title })), h('div', { className: 'panel-body' }, ...children));
}

/** A role or register, folded; which ones are open outlives a redraw. */
function entry(form, kind, index, one, fields) {
  const name = pick(one.name, one.name_en) || one.key;
  const remove = () => { if (confirm(said.sure(name))) form.remove(kind, index); };
  return h('details', { className: 'setting-entry', data: { entry: `${kind}:${one.key}` } },
    h('summary', {}, h('strong', { textContent: name }), h('span', { className: 'muted small', textContent: one.key })),
    h('div', { className: 'setting-body' }, ...fields.filter(Boolean), h('div', { className: 'setting-foot' }, press(kind === 'role' ? said.removeRole : said.removeRecord, remove, { className: 'btn btn-sm btn-danger' }))));
}

function roleFields(form, role, index, around) {
  const at = (key) => ['role', index, key];
  const processes = around.processes.map((one) => [one.id, pick(one.name, one.name_en)]);
  const groups = grouped(around.work);
  return [
    h('div', { className: 'setting-grid' },
      text(form, at('name'), said.name, role.name, { needed: true }),
      text(form, at('name_en'), said.nameEn, role.name_en),
      text(form, at('key'), said.key, role.key, { readOnly: true, hint: said.keyStays }),
      text(form, at('department'), said.roleDepartment, role.department),
      text(form, at('department_en'), said.roleDepartmentEn, role.department_en)),
    several(form, at('can_start'), said.canStart, role.can_start, [['', processes]]),
    several(form, at('duties'), said.duties, role.duties, groups.map(([, work]) => [pick(work[0].process, work[0].process_en), work.map((one) => [one.id, pick(one.name, one.name_en)])])),
  ];
}

function grouped(work) {
  const groups = new Map();
  for (const one of work) groups.set(one.process, [...(groups.get(one.process) ?? []), one]);
  return [...groups];
}
