// The words of bpmn.io's libraries in the language of the page; what has no Chinese is noted in window.tuokeUntranslated.
import { english } from './words.js';

const missing = (window.tuokeUntranslated = new Set());

/** A module for bpmn-js and dmn-js. */
export function translateModule(dictionary) {
  return { translate: ['value', (template, replacements = {}) => fill(found(dictionary, template), replacements)] };
}

function found(dictionary, template) {
  if (english || !/[A-Za-z]/.test(template)) return template;
  if (Object.hasOwn(dictionary, template)) return dictionary[template];
  missing.add(template);
  return template;
}

function fill(text, replacements) {
  return text.replace(/{([^}]+)}/g, (all, name) => replacements[name.trim()] ?? all);
}
