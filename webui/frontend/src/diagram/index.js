// <div class="diagram" data-diagram-xml="URL of the BPMN file" data-diagram='{"active": {…}, …}' hx-morph-skip-children>what to show without JavaScript</div>
// data-diagram: see marks.js, and `links`: { elementId: URL to go to on a click }. A changed attribute is drawn at once.
// Sends `diagram:element` { id, name } when an element is clicked.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';
import { mark } from './marks.js';
import { inEnglish } from './names.js';
import { english, words } from './texts.js';
import { fit, toolbar, wheelOnFocus } from './view.js';

// Colours by variables: dark mode needs no second drawing.
const COLOURS = { defaultFillColor: 'var(--tuoke-surface)', defaultStrokeColor: 'var(--tuoke-ink)', defaultLabelColor: 'var(--tuoke-ink)' };
const mounted = new WeakSet();

function mountAll() {
  for (const box of document.querySelectorAll('[data-diagram-xml]')) {
    if (mounted.has(box)) continue;
    mounted.add(box);
    mount(box).catch((problem) => fail(box, problem));
  }
}

async function mount(box) {
  const answer = await fetch(box.dataset.diagramXml, { headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  const xml = english ? inEnglish(await answer.text()) : await answer.text();
  const canvas = document.createElement('div'), summary = document.createElement('p');
  canvas.className = 'diagram-canvas';
  summary.className = 'visually-hidden';
  const viewer = new NavigatedViewer({ container: canvas, bpmnRenderer: COLOURS, zoomScroll: { enabled: false } });
  const before = [...box.childNodes];
  box.replaceChildren(canvas, summary);
  try {
    await viewer.importXML(xml);
  } catch (problem) {
    viewer.destroy();
    box.replaceChildren(...before);
    throw problem;
  }
  const show = () => { summary.textContent = mark(viewer, stateOf(box)); };
  const refit = () => fit(viewer, Object.keys(stateOf(box).active ?? {}));
  box.append(toolbar(viewer, refit));
  label(box, canvas, viewer);
  show();
  refit();
  wheelOnFocus(viewer, box);
  follow(box, viewer, show, refit);
}

function label(box, canvas, viewer) {
  box.role = 'group';
  box.ariaLabel = [words.diagram, viewer.get('canvas').getRootElement().businessObject.name].filter(Boolean).join(' ');
  canvas.querySelector('svg')?.setAttribute('aria-label', box.ariaLabel);
}

function follow(box, viewer, show, refit) {
  new MutationObserver(show).observe(box, { attributes: true, attributeFilter: ['data-diagram'] });
  const canvas = viewer.get('canvas');
  let moved = false;
  box.addEventListener('pointerdown', () => { moved = true; });
  new ResizeObserver(() => {
    canvas.resized();
    if (!moved && box.clientWidth) refit();
  }).observe(box);
  viewer.on('element.click', ({ element }) => {
    const detail = { id: element.id, name: element.businessObject?.name ?? '' };
    box.dispatchEvent(new CustomEvent('diagram:element', { bubbles: true, detail }));
    const link = stateOf(box).links?.[element.id];
    if (link) location.assign(link);
  });
}

function stateOf(box) {
  return JSON.parse(box.dataset.diagram || '{}');
}

function fail(box, problem) {
  console.error(problem);
  const line = document.createElement('p');
  line.className = 'diagram-failed';
  line.role = 'status';
  line.textContent = words.failed;
  box.append(line);
}

mountAll();
document.addEventListener('htmx:after:swap', mountAll);
document.addEventListener('diagram:added', mountAll);
