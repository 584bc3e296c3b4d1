// Candidate groups from the pack's roles, the lane's name from them, and buttons that open or make what is chosen.
import { h } from '@bpmn-io/properties-panel/preact';
import { SelectEntry, isSelectEntryEdited } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { extension, writeExtension } from './extensions.js';
import { choices } from './entries.js';
import { english } from '../editor/words.js';

const ASSIGNMENT = 'zeebe:AssignmentDefinition';

/** Roles as check boxes; an expression (=…) stays the library's own field. */
export function rolesEntry() {
  return { id: 'tuoke-roles', component: Roles, isEdited: (node) => Boolean(node?.querySelector('input:checked')) };
}

function Roles({ element }) {
  const injector = useService('injector'), translate = useService('translate'), { roles } = useService('tuokeContext');
  const text = extension(element, ASSIGNMENT)?.get('candidateGroups') ?? '';
  if (!roles.length || text.startsWith('=')) return null;
  const chosen = text.split(',').map((one) => one.trim()).filter(Boolean);
  const set = (key, on) => {
    const next = on ? [...chosen, key] : chosen.filter((one) => one !== key);
    const values = { candidateGroups: next.length ? next.join(',') : undefined };
    const present = extension(element, ASSIGNMENT);
    const alone = present && !next.length && !present.get('assignee') && !present.get('candidateUsers');
    writeExtension(injector, element, ASSIGNMENT, alone ? null : values);
  };
  return h('fieldset', { class: 'bio-properties-panel-entry tuoke-roles', 'data-entry-id': 'tuoke-roles' }, [
    h('legend', { class: 'bio-properties-panel-label' }, translate('Roles that may take the task')),
    ...roles.map((role) => h('label', { key: role.id }, [
      h('input', { type: 'checkbox', checked: chosen.includes(role.id), onChange: (event) => set(role.id, event.target.checked) }),
      (english && role.name_en) || role.name, h('code', null, role.id),
    ])),
  ]);
}

/** A lane is named after a role: then its tasks are the role's. */
export function laneEntry() {
  function Entry({ element }) {
    const modeling = useService('modeling'), translate = useService('translate'), { roles } = useService('tuokeContext');
    const name = element.businessObject.get('name') ?? '';
    return SelectEntry({
      element, id: 'tuoke-lane', label: translate('Role of this lane'),
      getValue: () => name,
      setValue: (value) => modeling.updateLabel(element, value),
      getOptions: () => choices(roles.map((role) => ({ ...role, id: role.name, name: role.name })), name, translate).map((one) => ({ ...one, label: one.label.replace(/ \((.*)\)$/, '') })),
    });
  }
  return { id: 'tuoke-lane', component: Entry, isEdited: isSelectEntryEdited };
}

/** A link to the file of what is chosen, or to where a new one is made, in a new tab. */
export function openEntry(id, type, attribute, kind) {
  function Entry({ element }) {
    const translate = useService('translate'), context = useService('tuokeContext'), addresses = useService('tuokeAddresses');
    const chosen = extension(element, type)?.get(attribute);
    const found = context[kind].find((one) => one.id === chosen);
    if (chosen && !found) return null;
    const href = found ? `${addresses.opened}?name=${encodeURIComponent(found.file)}` : addresses.added;
    return h('div', { class: 'bio-properties-panel-entry', 'data-entry-id': id },
      h('a', { class: 'btn btn-sm', href, target: '_blank', rel: 'noopener' }, found ? translate('Open {file}', { file: found.file }) : translate('New file in a new tab')));
  }
  return { id, component: Entry };
}
