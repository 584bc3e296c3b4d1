// What a library does not understand in a file it drops when it saves: such a file must not be saved.

/** The warnings of importXML as sentences, each once. */
export function sentences(warnings) {
  return [...new Set(warnings.map(({ message, error }) => String(message ?? error?.message ?? error)))];
}
