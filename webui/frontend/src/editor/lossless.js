// What a library would drop or rearrange without a word: the file as it was against the file as the library writes it.
import { words } from './words.js';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const MOST_TOLD = 20;

/** Sentences about what would be lost, and whether comments are among it. `defaults` holds `name=value` of what need not be written. */
export function losses(before, after, defaults) {
  const [old, fresh] = [before, after].map((text) => new DOMParser().parseFromString(text, 'text/xml'));
  const told = [];
  compare(old.documentElement, fresh.documentElement, defaults, told);
  return { lines: [...new Set(told)].slice(0, MOST_TOLD), comments: notes(old).length > notes(fresh).length };
}

/** `name=value` of every attribute that a schema gives a value to when it is not written. */
export function defaultsOf(moddle) {
  const types = Object.values(moddle.registry.typeMap);
  const written = types.flatMap((type) => (type.properties ?? []).filter((one) => one.default !== undefined).map((one) => [one.name, one.default]));
  return new Set(written.map(([name, value]) => `${name.split(':').pop()}=${value}`));
}

function notes(document) {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_PROCESSING_INSTRUCTION);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

function compare(old, fresh, defaults, told) {
  const place = old.getAttribute('id') ? `${old.localName} “${old.getAttribute('id')}”` : old.localName;
  for (const { name, localName, value, namespaceURI } of old.attributes) {
    if (namespaceURI === 'http://www.w3.org/2000/xmlns/' || (namespaceURI === XSI && localName !== 'nil')) continue;
    const now = namespaceURI ? fresh.getAttributeNS(namespaceURI, localName) : fresh.getAttribute(localName);
    if (now !== value && !(now === null && defaults.has(`${localName}=${value}`))) told.push(words.lost(place, name));
  }
  if (texts(old).join('\n') !== texts(fresh).join('\n')) told.push(words.lostText(place));
  const [mine, theirs] = [old, fresh].map(byName);
  for (const [name, list] of mine) {
    const found = theirs.get(name) ?? [];
    list.forEach((child, index) => {
      if (found[index]) compare(child, found[index], defaults, told);
      else told.push(words.lost(place, child.localName));
    });
  }
}

/** The pieces of text between the children, without the spaces that only indent; those inside an element without children count whole. */
function texts(element) {
  const pieces = [''];
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE) pieces.push(pieces.pop() + node.data);
    else if (node.nodeType === Node.ELEMENT_NODE) pieces.push('');
  }
  return element.children.length ? pieces.map((piece) => piece.trim()).filter(Boolean) : [pieces.join('').trim()];
}

/** Children by what makes them the same: the name with the id, else with the text; those that have neither in their order. */
function byName(element) {
  const found = new Map();
  for (const child of element.children) {
    const resource = child.localName === 'formalExpression' && element.localName === 'resourceAssignmentExpression';
    const own = child.getAttribute('id') ?? (child.children.length ? '' : child.textContent.trim());
    const key = `${child.namespaceURI} ${resource ? 'expression' : child.localName} ${own}`;
    found.set(key, [...(found.get(key) ?? []), child]);
  }
  return found;
}
