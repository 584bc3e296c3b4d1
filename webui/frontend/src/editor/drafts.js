// What could not be saved yet, kept on this computer for each file: { text, revision, at }.
const keyOf = (pack, file) => `tuoke-editor:${pack}/${file}`;

export function keep(pack, file, text, revision) {
  try {
    localStorage.setItem(keyOf(pack, file), JSON.stringify({ text, revision, at: Date.now() }));
  } catch (problem) {
    console.warn(problem); // full or switched off: the page itself still has the changes
  }
}

export function kept(pack, file) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(pack, file)) ?? 'null');
  } catch {
    return null;
  }
}

export function forget(pack, file) {
  try {
    localStorage.removeItem(keyOf(pack, file));
  } catch { /* as above */ }
}
