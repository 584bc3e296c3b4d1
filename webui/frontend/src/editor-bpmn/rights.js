// Rights of fields as a table: for each field of the task's form whether this task fills it in, shows it or hides it (tuoke.fields).
import { h } from '@bpmn-io/properties-panel/preact';
import { useService } from 'bpmn-js-properties-panel';
import { extension, property, writeProperty } from './extensions.js';
import { english } from '../editor/words.js';

const RIGHTS = [['', 'As the form says'], ['write', 'Fill in'], ['read', 'Read only'], ['hidden', 'Hidden']];

/** "a: read, b: hidden" -> Map; what cannot be read keeps its text as key with an empty right. */
export function parseRights(text) {
  const rights = new Map();
  for (const part of text.replaceAll('，', ',').replaceAll('\n', ',').split(',')) {
    const [key, right = ''] = part.replaceAll('：', ':').split(':').map((piece) => piece.trim());
    if (key) rights.set(key, right);
  }
  return rights;
}

export function formatRights(rights) {
  return [...rights].filter(([, right]) => right).map(([key, right]) => `${key}: ${right}`).join(', ');
}

export function fieldRights() {
  return { id: 'tuoke.fields', component: FieldRights, isEdited: (node) => Boolean(node?.querySelector('select option:checked:not([value=""])')) };
}

function FieldRights({ element }) {
  const injector = useService('injector'), translate = useService('translate'), context = useService('tuokeContext');
  const formId = extension(element, 'zeebe:FormDefinition')?.get('formId');
  const form = context.forms.find((one) => one.id === formId);
  const rights = parseRights(property(element, 'tuoke.fields'));
  if (!form && !rights.size) return h('p', { class: 'bio-properties-panel-description tuoke-hint' }, translate('Choose a form first.'));
  const fields = form?.fields ?? [];
  const strays = [...rights.keys()].filter((key) => key !== '*' && !fields.some(([name]) => name === key));
  const set = (key, right) => {
    const next = new Map(rights);
    if (right) next.set(key, right);
    else next.delete(key);
    writeProperty(injector, element, 'tuoke.fields', formatRights(next));
  };
  const row = ([key, label, labelEn], stray = false) => h('tr', { key, class: stray ? 'tuoke-stray' : '' }, [
    h('th', { scope: 'row' }, [(english && labelEn) || label, key === '*' ? null : h('code', null, key), stray ? h('em', null, translate('not in the form')) : null]),
    h('td', null, h('select', { class: 'bio-properties-panel-input', 'aria-label': label, value: rights.get(key) ?? '', onChange: (event) => set(key, event.target.value) },
      RIGHTS.map(([right, text]) => h('option', { value: right, selected: (rights.get(key) ?? '') === right }, translate(text))))),
  ]);
  return h('div', { class: 'bio-properties-panel-entry', 'data-entry-id': 'tuoke.fields' }, h('table', { class: 'tuoke-rights' }, [
    h('thead', null, h('tr', null, [h('th', { scope: 'col' }, translate('Field')), h('th', { scope: 'col' }, translate('In this task'))])),
    h('tbody', null, [row(['*', translate('All other fields'), '']), ...fields.map((field) => row(field)), ...strays.map((key) => row([key, key, ''], true))]),
  ]));
}
