// Looking at a diagram: fit, zoom, and a wheel that scrolls the page until somebody has clicked into the diagram.
import { words } from './texts.js';

const STEP = 1.25, LEAST = 0.2, MOST = 4, READABLE = 0.5;

/** The whole diagram if its words can be read then, else readable and with the first of `ids` in the middle. */
export function fit(viewer, ids = []) {
  const canvas = viewer.get('canvas'), registry = viewer.get('elementRegistry');
  canvas.zoom('fit-viewport', 'auto');
  const first = ids.map((id) => registry.get(id)).find(Boolean);
  if (!first || canvas.zoom() >= READABLE) return;
  canvas.zoom(READABLE * 1.5);
  const { width, height } = canvas.viewbox();
  canvas.viewbox({ x: first.x + first.width / 2 - width / 2, y: first.y + first.height / 2 - height / 2, width, height });
}

/** Buttons over the canvas; `onFit` is what the last one does. */
export function toolbar(viewer, onFit) {
  const bar = document.createElement('div');
  bar.className = 'diagram-toolbar btn-group';
  bar.role = 'toolbar';
  bar.ariaLabel = words.toolbar;
  const zoom = (factor) => {
    const canvas = viewer.get('canvas');
    canvas.zoom(Math.min(MOST, Math.max(LEAST, canvas.zoom() * factor)), 'auto');
  };
  bar.append(button('+', words.zoomIn, () => zoom(STEP)), button('−', words.zoomOut, () => zoom(1 / STEP)), button('⤢', words.fit, onFit));
  return bar;
}

/** Wheel and pinch belong to the page until the diagram has the focus. */
export function wheelOnFocus(viewer, box) {
  const scroll = viewer.get('zoomScroll');
  box.addEventListener('pointerdown', () => scroll.toggle(true));
  box.addEventListener('pointerleave', () => scroll.toggle(false));
}

function button(sign, label, onClick) {
  const result = document.createElement('button');
  result.type = 'button';
  result.className = 'btn btn-sm';
  result.textContent = sign;
  result.title = label;
  result.ariaLabel = label;
  result.addEventListener('click', onClick);
  return result;
}
