// What a library does not understand in a file it drops when it saves: such a file must not be saved.
import { words } from './words.js';

// What the libraries say, in our words; lines count from 0 there.
const KNOWN = [
  [/^unresolved reference <(.+)>/, ([, name]) => words.unresolved(name)],
  [/^duplicate ID <(.+)>/i, ([, name]) => words.duplicateId(name)],
  [/^unknown attribute <(.+)>/, ([, name]) => words.unknownAttribute(name)],
  [/^unparsable content (?:<(.+?)> )?detected\s+line: (\d+)/, ([, name, line]) => words.unparsable(name ?? '', Number(line) + 1)],
];

/** The warnings of importXML as sentences, each once. */
export function sentences(warnings) {
  return [...new Set(warnings.map(({ message, error }) => inWords(String(message ?? error?.message ?? error))))];
}

function inWords(message) {
  for (const [pattern, say] of KNOWN) {
    const found = message.match(pattern);
    if (found) return say(found);
  }
  return message;
}
