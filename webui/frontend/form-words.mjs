// Puts Chinese words into the form editor's own code while it is bundled: it has no way to be given them.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FILES = /@bpmn-io[\\/](form-js-editor|form-js-viewer|properties-panel)[\\/]dist[\\/]index\.(es|esm)\.js$/;
const WORDS = path.join(path.dirname(fileURLToPath(import.meta.url)), 'src', 'editor-words', 'form-zh.json');
// A string in quotes where a text can stand: a value, an argument, a child, an answer, a default.
const TEXT = /((?:[:=([,?]|=>|return)\s*)(["'])([A-Z][^"'\n\\]{0,120})\2/g;

export function formWords() {
  return {
    name: 'form-words',
    async setup(build) {
      const words = JSON.parse(await readFile(WORDS, 'utf8'));
      build.onLoad({ filter: FILES }, async ({ path: file }) => ({ contents: inChinese(await readFile(file, 'utf8'), words), loader: 'js' }));
    },
  };
}

export function inChinese(code, words) {
  return code.replace(TEXT, (all, before, quote, text) => (Object.hasOwn(words, text) ? before + quote + words[text] + quote : all));
}
