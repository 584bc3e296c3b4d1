// Entries of the properties panel for what is ours: English names, forms, rights of fields, choices from the pack.
import { SelectEntry, TextAreaEntry, TextFieldEntry, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { extension, property, writeExtension, writeProperty } from './extensions.js';
import { english } from '../editor/words.js';

/** A text that is kept in zeebe:properties under a key of ours. */
export function propertyEntry(name, label, { area = false, description = '' } = {}) {
  function Entry({ element, id }) {
    const injector = useService('injector'), debounce = useService('debounceInput'), translate = useService('translate');
    return (area ? TextAreaEntry : TextFieldEntry)({
      element, id, debounce, label: translate(label), description: description && translate(description), autoResize: true,
      getValue: () => property(element, name),
      setValue: (value) => writeProperty(injector, element, name, (value ?? '').trim()),
    });
  }
  return { id: name, component: Entry, isEdited: area ? isTextAreaEntryEdited : isTextFieldEntryEdited };
}

/** An attribute of an extension element, chosen from the pack: options(context) answers [{ id, name, name_en }]. */
export function choiceEntry({ id, type, attribute, label, options, more = {}, clears = true }) {
  function Entry({ element }) {
    const injector = useService('injector'), translate = useService('translate'), context = useService('tuokeContext');
    const value = extension(element, type)?.get(attribute) ?? '';
    return SelectEntry({
      element, id, label: translate(label),
      getValue: () => value,
      setValue: (chosen) => writeExtension(injector, element, type, chosen || !clears ? { ...more, [attribute]: chosen } : null),
      getOptions: () => choices(options(context, element), value, translate),
    });
  }
  return { id, component: Entry, isEdited: isSelectEntryEdited };
}

/** The value that is there stays visible even when the pack has no such thing. */
export function choices(found, value, translate) {
  const known = found.map((one) => ({ value: one.id, label: `${(english && one.name_en) || one.name} (${one.id})` }));
  const stray = value && !found.some((one) => one.id === value) ? [{ value, label: value.startsWith('=') ? value : translate('{id}: not in this pack', { id: value }) }] : [];
  return [{ value: '', label: translate('<none>') }, ...known, ...stray];
}
