// Fields and buttons of rows are named by the place of their row: `people-1-name`, `add:people-1-phones`, `del:people:1`.
const GONE = /^del:(.+):(\d+)$/;
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What `name` is called once `operation` has been done; null: it was in the row that was taken away. */
export function renamed(name, operation) {
  const [, list, row] = GONE.exec(operation) ?? [];
  if (list === undefined) return name;
  const [, before, at, after] = new RegExp(`^((?:add:|del:|remove:|_file\\.)?${literal(list)}[-:])(\\d+)(.*)$`).exec(name) ?? [];
  if (at === undefined || Number(at) < Number(row)) return name;
  return at === row ? null : `${before}${at - 1}${after}`;
}
