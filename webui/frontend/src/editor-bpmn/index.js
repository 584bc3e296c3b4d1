// The diagram editor: bpmn-js with the properties of our dialect.
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import minimapModule from 'diagram-js-minimap';
import zeebeBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import './bpmn.css';
import { announce } from '../editor/findings.js';
import { Session, tools } from '../editor/session.js';
import { translateModule } from '../editor/translate.js';
import { words } from '../editor/words.js';
import { sentences } from '../editor/xml.js';
import bpmnWords from 'bpmn-js-i18n/translations/zn.js';
import bpmnMore from '../editor-words/bpmn-zh.json';
import panelWords from '../editor-words/panel-zh.json';
import { dialectModule } from './dialect.js';
import { propertiesModule } from './properties.js';

const box = document.getElementById('editor');
const canvas = Object.assign(document.createElement('div'), { className: 'editor-canvas', id: 'canvas' });
const side = Object.assign(document.createElement('aside'), { className: 'editor-side' });
box.replaceChildren(canvas, side);

const addresses = JSON.parse(box.dataset.addresses);
const readContext = async () => (await fetch(addresses.context)).json();
const context = await readContext();
const modeler = new Modeler({
  container: canvas,
  propertiesPanel: { parent: side, feelPopupContainer: document.body },
  moddleExtensions: { zeebe },
  additionalModules: [
    BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule, zeebeBehaviors, CreateAppendAnythingModule, minimapModule,
    dialectModule, propertiesModule, translateModule({ ...bpmnWords, ...bpmnMore, ...panelWords }), { tuokeContext: ['value', context], tuokeAddresses: ['value', addresses] },
  ],
});
const session = new Session(box, async () => (await modeler.saveXML({ format: true })).xml);

try {
  const { warnings } = await modeler.importXML(await session.open());
  if (warnings.length) session.block(sentences(warnings));
  else session.guard((await modeler.saveXML({ format: true })).xml, modeler.get('moddle'));
  fit();
  modeler.on('commandStack.changed', () => session.changed());
  const stack = modeler.get('commandStack');
  const [undo, redo] = tools([
    [words.undo, () => stack.undo()], [words.redo, () => stack.redo()], [words.fit, fit],
  ]);
  const able = () => { undo.disabled = !stack.canUndo(); redo.disabled = !stack.canRedo(); };
  modeler.on('commandStack.changed', able);
  able();
  addEventListener('focus', () => refresh().catch((problem) => console.error(problem)));
  announce('bpmn', modeler, session);
} catch (problem) {
  console.warn(problem);
  session.block([String(problem.message), ...sentences(problem.warnings ?? [])], words.cannotOpen);
}

/** All of the diagram beside the palette, never under it; not larger than drawn. */
function fit() {
  const view = modeler.get('canvas'), margin = 20;
  const { inner, outer } = view.viewbox();
  const left = canvas.querySelector('.djs-palette').getBoundingClientRect().right - canvas.getBoundingClientRect().left + margin;
  const scale = Math.min(1, (outer.width - left - margin) / inner.width, (outer.height - 2 * margin) / inner.height);
  if (!(scale > 0) || !Number.isFinite(scale)) return view.zoom('fit-viewport', 'auto');
  const size = { width: outer.width / scale, height: outer.height / scale };
  view.viewbox({ x: inner.x - left / scale, y: inner.y - (size.height - inner.height) / 2, ...size });
}

/** Forms, decisions and roles may have been made in another tab. */
async function refresh() {
  const fresh = await readContext();
  if (JSON.stringify(fresh) === JSON.stringify(context)) return;
  Object.assign(context, fresh);
  modeler.get('eventBus').fire('propertiesPanel.providersChanged');
}
