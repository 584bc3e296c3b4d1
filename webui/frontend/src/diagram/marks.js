// What has happened, drawn on the diagram: done, active and cancelled elements, flows taken, tokens, visits.
//
// state: { active: { elementId: tokens }, done: { elementId: visits }, cancelled: [elementId], flows: [flowId], notes: { elementId: text } },
// every part optional; ids that the diagram does not have are passed over, because a version may have dropped them.
import { words } from './texts.js';

const MARKERS = { active: 'is-active', done: 'is-done', cancelled: 'is-cancelled', flow: 'is-taken' };
// viewer -> what it shows: markers and badges by what they say, so that a step of a replay touches only what it changed.
const drawn = new WeakMap();

/** Replaces all marks; returns a sentence that says the same to those who cannot see them. */
export function mark(viewer, state) {
  const registry = viewer.get('elementRegistry');
  const { active = {}, done = {}, cancelled = [] } = state;
  const wanted = marksOf(state), now = drawn.get(viewer) ?? new Map();
  for (const [key, undo] of now) {
    if (wanted.has(key)) continue;
    undo();
    now.delete(key);
  }
  for (const [key, one] of wanted) if (!now.has(key) && registry.get(one.id)) now.set(key, add(viewer, one));
  drawn.set(viewer, now);
  return sentence(registry, { active: Object.keys(active), done: Object.keys(done), cancelled });
}

/** key -> { id, marker } or { id, kind, text, title, position } */
function marksOf({ active = {}, done = {}, cancelled = [], flows = [], notes = {} }) {
  const wanted = new Map();
  const one = (id, marker) => wanted.set(`${marker} ${id}`, { id, marker });
  const tag = (id, kind, text, title, position) => wanted.set(`${kind} ${id} ${text}`, { id, kind, text, title, position });
  flows.forEach((id) => one(id, MARKERS.flow));
  cancelled.forEach((id) => one(id, MARKERS.cancelled));
  for (const [id, visits] of Object.entries(done)) {
    if (!(id in active)) one(id, MARKERS.done);
    if (visits > 1) tag(id, 'visits', `×${visits}`, words.visits(visits), { bottom: 10, right: 24 });
  }
  for (const [id, tokens] of Object.entries(active)) {
    one(id, MARKERS.active);
    tag(id, 'token', String(tokens), words.tokens(tokens), { top: -12, left: -12 });
  }
  for (const [id, text] of Object.entries(notes)) tag(id, 'note', text, text, { bottom: -4, left: 0 });
  return wanted;
}

/** Answers how to take it away again. */
function add(viewer, { id, marker, kind, text, title, position }) {
  const canvas = viewer.get('canvas'), overlays = viewer.get('overlays');
  if (marker) {
    canvas.addMarker(id, marker);
    return () => canvas.removeMarker(id, marker);
  }
  const overlay = overlays.add(id, 'state', { position, html: badge(kind, text, title) });
  return () => overlays.remove(overlay);
}

function badge(kind, text, title) {
  const box = document.createElement('div');
  box.className = `diagram-badge diagram-${kind}`;
  box.textContent = text;
  box.title = title;
  return box;
}

function sentence(registry, groups) {
  const name = (id) => registry.get(id)?.businessObject.name;
  const parts = Object.entries(groups).map(([group, ids]) => [words[group], ids.map(name).filter(Boolean)]).filter(([, names]) => names.length);
  return parts.map(([group, names]) => group + words.colon + names.join(words.separator)).join(words.stop) || words.nothing;
}
