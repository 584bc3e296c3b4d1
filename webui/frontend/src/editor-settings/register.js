// One register: what its fields are used for, who may do what, which fields not everybody sees.
import { chooser, h, press, select, table, text, tick, withOrWithout } from './parts.js';
import { pick, said } from './words.js';

const USES = [['list', 'list_columns'], ['search', 'search'], ['filters', 'filters'], ['unique', 'unique'], ['people', 'people']];
const MAY = ['view', 'edit', 'create', 'archive'];

/** form: { set(path, value), redraw() }; `around` is what can be chosen. */
export function register(form, record, index, around) {
  const at = (...steps) => ['record', index, ...steps];
  const fields = fieldsOf(record, around);
  const names = new Map(fields);
  const forms = around.forms.map((one) => [one.id, pick(one.name, one.name_en)]);
  return [
    h('div', { className: 'setting-grid' },
      text(form, at('name'), said.name, record.name, { needed: true }),
      text(form, at('name_en'), said.nameEn, record.name_en),
      text(form, at('key'), said.key, record.key, { readOnly: true, hint: said.keyStays }),
      select(form, at('form'), said.recordForm, record.form_id, forms, { after: form.redraw }),
      select(form, at('title'), said.recordTitle, record.title, fields),
      sorting(form, at('sort'), record, fields)),
    fields.length ? uses(form, record, at, fields) : h('p', { className: 'muted', textContent: said.noFields }),
    order(form, record, at, names),
    access(form, record, at, around.roles),
    rights(form, record, at, fields, around.roles),
  ];
}

/** [[key, label]] of the form, and what pack.toml names besides. */
function fieldsOf(record, around) {
  const form = around.forms.find((one) => one.id === record.form_id);
  const known = (form?.fields ?? []).map(([key, zh, en]) => [key, pick(zh, en)]);
  const keys = new Set(known.map(([key]) => key));
  const named = [...USES.flatMap(([, name]) => record[name]), ...Object.values(record.duplicates).flat()];
  return [...known, ...[...new Set(named)].filter((key) => !keys.has(key)).map((key) => [key, said.missing(key)])];
}

function sorting(form, path, record, fields) {
  const key = chooser(fields, record.sort.replace(/^-/, ''), said.newest, said.sort);
  const way = chooser([['', said.ascending], ['-', said.descending]], record.sort.startsWith('-') ? '-' : '', null, said.sort);
  key.dataset.place = JSON.stringify(path);
  const change = () => {
    way.hidden = !key.value;
    form.set(path, key.value ? way.value + key.value : null);
  };
  key.onchange = change;
  way.onchange = change;
  way.hidden = !key.value;
  return h('fieldset', { className: 'setting' }, h('legend', { className: 'form-label', textContent: said.sort }), h('div', { className: 'setting-pair' }, key, way));
}

function uses(form, record, at, fields) {
  const chosen = Object.fromEntries(USES.map(([entry, name]) => [entry, [...record[name]]]));
  const ways = Object.fromEntries(Object.entries(record.duplicates).map(([way, list]) => [way, [...list]]));
  const use = (key, label) => ([entry]) => tick(at(entry, key), said.setting(said[entry], label), chosen[entry].includes(key), (on) => {
    chosen[entry] = withOrWithout(chosen[entry], key, on);
    form.set(at(entry), chosen[entry]);
    if (entry === 'list') form.redraw();
  }, { visible: false });
  const twice = (key, label) => {
    const known = Object.keys(said.way);
    const options = [...known, ...Object.keys(ways).filter((way) => !known.includes(way))].map((way) => [way, said.way[way] ?? way]);
    const choice = chooser(options, Object.keys(ways).find((way) => ways[way].includes(key)) ?? '', '—', said.setting(said.duplicates, label));
    choice.dataset.place = JSON.stringify(at('duplicates', key));
    choice.onchange = () => {
      for (const [way] of options) {
        const before = ways[way] ?? [], after = withOrWithout(before, key, way === choice.value);
        if (JSON.stringify(before) === JSON.stringify(after)) continue;
        ways[way] = after;
        form.set(at('duplicates', way), after.length ? after : null);
      }
    };
    return choice;
  };
  const head = [said.field, ...USES.map(([entry]) => said[entry]), said.duplicates];
  return table(said.uses, head, fields.map(([key, label]) => [label, ...USES.map(use(key, label)), twice(key, label)]));
}

function order(form, record, at, names) {
  const list = [...record.list_columns];
  const move = (from, to) => () => {
    list.splice(to, 0, ...list.splice(from, 1));
    form.set(at('list'), list);
    form.redraw(JSON.stringify(at('list', list[to], 'move')));
  };
  const arrow = (sign, label, from, to, key) => press(sign, move(from, to), { ariaLabel: said.setting(label, names.get(key) ?? key), disabled: to < 0 || to >= list.length, data: { place: JSON.stringify(at('list', key, 'move')) } });
  const lines = list.map((key, index) => h('li', {}, h('span', { textContent: names.get(key) ?? said.missing(key) }), arrow('↑', said.up, index, index - 1, key), arrow('↓', said.down, index, index + 1, key)));
  return list.length > 1 ? h('details', { className: 'setting wide' }, h('summary', { textContent: said.columns }), h('ol', { className: 'setting-order' }, ...lines)) : null;
}

/** Roles and what they may; creating and archiving follow changing unless they are set apart. */
function access(form, record, at, roles) {
  const rows = withStrays(roles, MAY.flatMap((entry) => record[entry] ?? []));
  const current = (entry) => record[entry] ?? record.edit;
  const cell = (key, label) => (entry) => tick(at(entry, key), said.setting(said[entry], label), current(entry).includes(key), (on) => {
    record[entry] = withOrWithout(current(entry), key, on);
    form.set(at(entry), record[entry]);
    if (entry === 'edit') form.redraw();
  }, { visible: false, disabled: record[entry] === null });
  const apart = (entry) => tick(at(entry), said.setting(said.apart, said[entry]), record[entry] !== null, (on) => {
    form.set(at(entry), on ? [...record.edit] : null);
    form.redraw();
  });
  return h('div', {}, table(said.who, [said.role, ...MAY.map((entry) => said[entry])], rows.map(([key, label]) => [label, ...MAY.map(cell(key, label))])),
    h('div', { className: 'setting-apart' }, apart('create'), apart('archive')));
}

function withStrays(roles, named) {
  const known = roles.map((one) => [one.key, pick(one.name, one.name_en)]);
  const keys = new Set(roles.map((one) => one.key));
  return [...known, ...[...new Set(named)].filter((key) => !keys.has(key)).map((key) => [key, said.missing(key)])];
}

function rights(form, record, at, fields, roles) {
  const restricted = Object.keys(record.rights);
  const names = new Map(fields);
  const columns = withStrays(roles, restricted.flatMap((key) => [...record.rights[key].write, ...record.rights[key].read]));
  const choice = (key) => ([role, label]) => {
    const mine = record.rights[key];
    const made = chooser([['read', said.read], ['write', said.write]], mine.write.includes(role) ? 'write' : mine.read.includes(role) ? 'read' : '', said.hidden, said.setting(label, names.get(key) ?? key));
    made.dataset.place = JSON.stringify(at('rights', key, role));
    made.onchange = () => {
      for (const side of ['write', 'read']) {
        mine[side] = withOrWithout(mine[side], role, made.value === side);
        form.set(at('rights', key, side), mine[side]);
      }
    };
    return made;
  };
  const free = (key) => press(said.free, () => { form.set(at('rights', key), null); form.redraw(); });
  const rows = restricted.map((key) => [names.get(key) ?? said.missing(key), ...columns.map(choice(key)), free(key)]);
  const others = fields.filter(([key]) => !restricted.includes(key) && key !== record.title);
  const more = chooser(others, '', said.restrict, said.restrict);
  more.onchange = () => { if (more.value) { form.set(at('rights', more.value, 'write'), [...record.edit]); form.redraw(JSON.stringify(at('rights', more.value, roles[0]?.key))); } };
  return h('div', { className: 'setting wide' },
    rows.length ? table(said.rights, [said.field, ...columns.map(([, label]) => label), said.free], rows) : h('p', { className: 'form-label', textContent: said.rights }),
    h('p', { className: 'muted small', textContent: said.rightsHint }), more);
}
