// Reading and writing zeebe: extension elements with undo: every change is one command of the modeler.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

/** The element that carries an element's properties: of a pool it is the process. */
export function carrier(element) {
  const object = getBusinessObject(element);
  return is(object, 'bpmn:Participant') ? object.get('processRef') : object;
}

export function extension(element, type) {
  return carrier(element)?.get('extensionElements')?.get('values').find((one) => one.$type === type);
}

/** Writes attributes of an extension element, which is made when it is missing and removed when `values` is null. */
export function writeExtension(injector, element, type, values) {
  const modeling = injector.get('modeling'), factory = injector.get('bpmnFactory');
  const object = carrier(element), present = extension(element, type);
  if (present && values) return modeling.updateModdleProperties(element, present, values);
  if (!present && !values) return undefined;
  const container = object.get('extensionElements');
  if (!values) return modeling.updateModdleProperties(element, container, { values: container.get('values').filter((one) => one !== present) });
  const made = factory.create(type, values);
  if (container) {
    made.$parent = container;
    return modeling.updateModdleProperties(element, container, { values: [...container.get('values'), made] });
  }
  const fresh = factory.create('bpmn:ExtensionElements', { values: [made] });
  made.$parent = fresh;
  fresh.$parent = object;
  return modeling.updateModdleProperties(element, object, { extensionElements: fresh });
}

export function property(element, name) {
  return extension(element, 'zeebe:Properties')?.get('properties').find((one) => one.get('name') === name)?.get('value') ?? '';
}

/** An empty value takes the property away. */
export function writeProperty(injector, element, name, value) {
  const modeling = injector.get('modeling'), factory = injector.get('bpmnFactory');
  const container = extension(element, 'zeebe:Properties');
  const present = container?.get('properties').find((one) => one.get('name') === name);
  if (present && value) return modeling.updateModdleProperties(element, present, { value });
  if (!present && !value) return undefined;
  const others = container?.get('properties').filter((one) => one !== present) ?? [];
  if (!value && !others.length) return writeExtension(injector, element, 'zeebe:Properties', null);
  const properties = value ? [...others, factory.create('zeebe:Property', { name, value })] : others;
  const written = writeExtension(injector, element, 'zeebe:Properties', { properties });
  const holder = extension(element, 'zeebe:Properties');
  for (const one of properties) one.$parent = holder;
  return written;
}
