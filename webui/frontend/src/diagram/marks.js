// What has happened, drawn on the diagram: done, active and cancelled elements, flows taken, tokens, visits.
//
// state: { active: { elementId: tokens }, done: { elementId: visits }, cancelled: [elementId], flows: [flowId], notes: { elementId: text } },
// every part optional; ids that the diagram does not have are passed over, because a version may have dropped them.
import { words } from './texts.js';

const MARKERS = { active: 'is-active', done: 'is-done', cancelled: 'is-cancelled', flow: 'is-taken' };

/** Replaces all marks; returns a sentence that says the same to those who cannot see them. */
export function mark(viewer, state) {
  const canvas = viewer.get('canvas'), overlays = viewer.get('overlays'), registry = viewer.get('elementRegistry');
  const { active = {}, done = {}, cancelled = [], flows = [], notes = {} } = state;
  registry.forEach((element) => Object.values(MARKERS).forEach((name) => canvas.removeMarker(element, name)));
  overlays.remove({ type: 'state' });
  const known = (id) => registry.get(id);
  const add = (id, marker) => known(id) && canvas.addMarker(id, marker);
  const tag = (id, kind, text, title, position) => known(id) && overlays.add(id, 'state', { position, html: badge(kind, text, title) });

  flows.forEach((id) => add(id, MARKERS.flow));
  cancelled.forEach((id) => add(id, MARKERS.cancelled));
  for (const [id, visits] of Object.entries(done)) {
    if (!(id in active)) add(id, MARKERS.done);
    if (visits > 1) tag(id, 'visits', `×${visits}`, words.visits(visits), { bottom: 10, right: 24 });
  }
  for (const [id, tokens] of Object.entries(active)) {
    add(id, MARKERS.active);
    tag(id, 'token', String(tokens), words.tokens(tokens), { top: -12, left: -12 });
  }
  for (const [id, text] of Object.entries(notes)) tag(id, 'note', text, text, { bottom: -4, left: 0 });
  return sentence(registry, { active: Object.keys(active), done: Object.keys(done), cancelled });
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
