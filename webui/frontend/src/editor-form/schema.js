// The editor writes its own mark into a form and drops nothing else; head properties keep their order, so that a small change is a small difference.
const MARKS = ['exporter', 'schemaVersion', 'executionPlatform', 'executionPlatformVersion'];

/** `saved` by the editor, with what it does not edit as it was in `opened`. */
export function restore(saved, opened) {
  const kept = Object.fromEntries(MARKS.filter((mark) => mark in opened).map((mark) => [mark, opened[mark]]));
  const { exporter: _dropped, ...rest } = saved;
  const merged = { ...rest, ...kept };
  const order = [...Object.keys(opened), ...Object.keys(merged)];
  return Object.fromEntries([...new Set(order)].filter((key) => key in merged).map((key) => [key, ordered(merged[key], opened[key])]));
}

/** Keys in the order in which the file had them; components are found again by their id. */
function ordered(value, before) {
  if (Array.isArray(value)) {
    const byId = new Map(Array.isArray(before) ? before.map((one) => [one?.id, one]) : []);
    return value.map((one, index) => ordered(one, one?.id ? byId.get(one.id) : before?.[index]));
  }
  if (!value || typeof value !== 'object') return value;
  const keys = [...new Set([...Object.keys(before && typeof before === 'object' ? before : {}), ...Object.keys(value)])];
  return Object.fromEntries(keys.filter((key) => key in value).map((key) => [key, ordered(value[key], before?.[key])]));
}
