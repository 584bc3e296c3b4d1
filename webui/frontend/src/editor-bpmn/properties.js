// The properties of our dialect: the library's groups without what does not run here, and groups of ours.
import { Group } from '@bpmn-io/properties-panel';
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { choiceEntry, propertyEntry } from './entries.js';
import { extension } from './extensions.js';
import { laneEntry, openEntry, rolesEntry } from './groups.js';
import { fieldRights } from './rights.js';

const LEFT_OUT = new Set([
  'compensation', 'adHocCompletion', 'adHocSubProcessImplementation', 'activeElements', 'businessRuleImplementation', 'scriptImplementation', 'userTaskImplementation',
  'Zeebe__ExecutionListeners', 'Zeebe__TaskListeners', 'event-condition', 'form',
]);
const ENTRIES_LEFT_OUT = new Set(['bindingType', 'versionTag', 'decisionId', 'targetProcessId', 'messageBusinessId', 'businessId', 'taskDefinitionType']);
// Properties with fields of their own; any other one stands in the library's list.
const OWN_FIELDS = new Set(['tuoke.name.en', 'tuoke.documentation.en', 'tuoke.title', 'tuoke.glance', 'tuoke.reason', 'tuoke.fields', 'tuoke.outcome']);
const CONNECTORS = [
  { id: 'record.find', name: '查找台账记录', name_en: 'Find records' },
  { id: 'record.upsert', name: '写入台账', name_en: 'Write a record' },
];

class DialectProperties {
  constructor(propertiesPanel, translate) {
    this.translate = translate;
    propertiesPanel.registerProvider(100, this);
  }

  getGroups(element) {
    return (groups) => {
      const kept = groups.filter((group) => !LEFT_OUT.has(group.id)).map((group) => trimmed(group, element));
      this.mend(kept, element);
      const own = this.own(element);
      const at = kept.findIndex((group) => group.id === 'documentation') + 1;
      kept.splice(at, 0, ...own);
      return kept.filter((group) => group.entries?.length !== 0);
    };
  }

  /** The library's groups with our choices in place of plain text fields. */
  mend(groups, element) {
    const put = (id, ...entries) => groups.find((group) => group.id === id)?.entries.unshift(...entries);
    put('calledDecision', choiceEntry({ id: 'tuoke-decision', type: 'zeebe:CalledDecision', attribute: 'decisionId', label: 'Decision', options: (context) => context.decisions, clears: false }),
      openEntry('tuoke-open-decision', 'zeebe:CalledDecision', 'decisionId', 'decisions'));
    put('calledElement', choiceEntry({ id: 'tuoke-process', type: 'zeebe:CalledElement', attribute: 'processId', label: 'Called process', options: (context) => context.processes, clears: false }),
      openEntry('tuoke-open-process', 'zeebe:CalledElement', 'processId', 'processes'));
    put('taskDefinition', choiceEntry({ id: 'tuoke-connector', type: 'zeebe:TaskDefinition', attribute: 'type', label: 'Connector', options: () => CONNECTORS, clears: false }));
    put('assignmentDefinition', rolesEntry());
    if (is(element, 'bpmn:Lane')) put('general', laneEntry());
  }

  own(element) {
    const groups = [];
    const add = (id, label, entries) => groups.push({ id, label: this.translate(label), component: Group, entries });
    if (isAny(element, ['bpmn:FlowNode', 'bpmn:Process', 'bpmn:Participant', 'bpmn:SequenceFlow']) && element.type !== 'label') {
      const named = [propertyEntry('tuoke.name.en', 'English name'), propertyEntry('tuoke.documentation.en', 'English documentation', { area: true })];
      if (!(is(element, 'bpmn:Participant') && !element.businessObject.get('processRef'))) add('tuoke-english', 'English', named);
    }
    if (isAny(element, ['bpmn:Process', 'bpmn:Participant'])) {
      add('tuoke-instance', 'Instances', [
        propertyEntry('tuoke.title', 'Title of an instance', { description: 'A FEEL expression, for example =customer_name' }),
        propertyEntry('tuoke.glance', 'Fields seen at a glance', { description: 'Keys of form fields, with commas; empty: those that the steps before have asked for' }),
      ]);
    }
    if (is(element, 'bpmn:Lane')) add('tuoke-english', 'English', [propertyEntry('tuoke.name.en', 'English name')]);
    if (is(element, 'bpmn:EndEvent')) add('tuoke-end', 'Outcome', [propertyEntry('tuoke.reason', 'Reason', { description: 'A FEEL expression that says why it ended so' })]);
    if (is(element, 'bpmn:UserTask') || isFormStart(element)) {
      const form = { id: 'tuoke-form', type: 'zeebe:FormDefinition', attribute: 'formId', label: 'Form', options: (context) => context.forms };
      add('tuoke-form', 'Form', [choiceEntry(form), openEntry('tuoke-open-form', 'zeebe:FormDefinition', 'formId', 'forms')]);
    }
    if (is(element, 'bpmn:UserTask')) {
      const told = { description: 'Key of the radio or select of the form; empty: the one on which the flows behind the task depend' };
      add('tuoke-outcome', 'Outcome', [propertyEntry('tuoke.outcome', 'Field that says what was decided', told)]);
    }
    if (is(element, 'bpmn:UserTask')) add('tuoke-rights', 'Rights of fields', [fieldRights()]);
    return groups;
  }
}
DialectProperties.$inject = ['propertiesPanel', 'translate'];

/** A start event that somebody starts by hand. */
function isFormStart(element) {
  return is(element, 'bpmn:StartEvent') && !element.businessObject.get('eventDefinitions')?.length;
}

function trimmed(group, element) {
  if (group.id === 'Zeebe__ExtensionProperties' && group.items) return { ...group, items: group.items.filter((item, index) => !isOurs(element, index)) };
  return group.entries ? { ...group, entries: group.entries.filter((entry) => !ENTRIES_LEFT_OUT.has(entry.id)) } : group;
}

function isOurs(element, index) {
  return OWN_FIELDS.has(extension(element, 'zeebe:Properties')?.get('properties')[index]?.get('name'));
}

export const propertiesModule = { __init__: ['dialectProperties'], dialectProperties: ['type', DialectProperties] };
