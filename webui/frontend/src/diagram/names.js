// A diagram's English names stand beside the Chinese ones, as a property of each element; where one has none, the Chinese stays.
const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
const ZEEBE = 'http://camunda.org/schema/zeebe/1.0';
const PROPERTY = 'tuoke.name.en';
const DI = 'http://www.omg.org/spec/BPMN/20100524/DI';
const DC = 'http://www.omg.org/spec/DD/20100524/DC';
// English words need more width than the Chinese ones for which the label was drawn.
const LABEL_WIDTH = 110;
const children = (node, space, name) => [...node.children].filter((one) => one.namespaceURI === space && one.localName === name);

function englishName(node) {
  const properties = children(node, BPMN, 'extensionElements').flatMap((one) => children(one, ZEEBE, 'properties')).flatMap((one) => children(one, ZEEBE, 'property'));
  return properties.find((one) => one.getAttribute('name') === PROPERTY)?.getAttribute('value')?.trim();
}

function widen(label) {
  const bounds = label && children(label, DC, 'Bounds')[0];
  const missing = LABEL_WIDTH - Number(bounds?.getAttribute('width') ?? LABEL_WIDTH);
  if (!(missing > 0)) return;
  bounds.setAttribute('width', String(LABEL_WIDTH));
  bounds.setAttribute('x', String(Number(bounds.getAttribute('x')) - missing / 2));
}

/** The file with English names in the place of the Chinese ones, to be shown, never to be saved. */
export function inEnglish(xml) {
  const file = new DOMParser().parseFromString(xml, 'application/xml');
  if (file.querySelector('parsererror')) return xml;
  const processes = new Map([...file.getElementsByTagNameNS(BPMN, 'process')].map((one) => [one.id, englishName(one)]));
  const renamed = new Set();
  for (const node of file.getElementsByTagNameNS(BPMN, '*')) {
    const name = englishName(node) || processes.get(node.getAttribute('processRef'));
    if (!name) continue;
    node.setAttribute('name', name);
    renamed.add(node.id);
  }
  for (const shape of file.getElementsByTagNameNS(DI, 'BPMNShape')) {
    if (renamed.has(shape.getAttribute('bpmnElement'))) widen(children(shape, DI, 'BPMNLabel')[0]);
  }
  return new XMLSerializer().serializeToString(file);
}
