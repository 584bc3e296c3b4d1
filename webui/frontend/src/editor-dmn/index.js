// The decision editor: tables, requirement graphs, expressions.
import Modeler from 'dmn-js/lib/Modeler';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import './dmn.css';
import { announce } from '../editor/findings.js';
import { notice } from '../editor/notices.js';
import { Session, tools } from '../editor/session.js';
import { translateModule } from '../editor/translate.js';
import { words } from '../editor/words.js';
import { sentences } from '../editor/xml.js';
import dictionary from '../editor-words/dmn-zh.json';

const box = document.getElementById('editor');
const tabs = Object.assign(document.createElement('nav'), { className: 'dmn-views tabs' });
const place = Object.assign(document.createElement('div'), { className: 'dmn-place' });
box.replaceChildren(tabs, place);

const additionalModules = [translateModule(dictionary)];
const modeler = new Modeler({
  container: place,
  common: { expressionLanguages: { options: [{ value: 'feel', label: 'FEEL' }], defaults: { editor: 'feel' } } },
  drd: { additionalModules }, decisionTable: { additionalModules }, literalExpression: { additionalModules }, boxedExpression: { additionalModules },
});
const session = new Session(box, async () => (await modeler.saveXML({ format: true })).xml);
const stackOf = () => modeler.getActiveViewer()?.get('commandStack', false);
let buttons = [];
const able = () => { const stack = stackOf(); buttons.forEach((button, index) => { button.disabled = !(index ? stack?.canRedo() : stack?.canUndo()); }); };
const watched = new Set();
const UNDRAWN = new Set(['dmn:Context', 'dmn:List', 'dmn:Relation', 'dmn:Invocation']);

function watchViewer() {
  const viewer = modeler.getActiveViewer();
  if (viewer && !watched.has(viewer)) {
    watched.add(viewer);
    viewer.on('commandStack.changed', () => { able(); session.changed(); });
    if (modeler.getActiveView().type === 'drd') viewer.get('canvas').zoom('fit-viewport', 'auto');
  }
  able();
}

/** A tab for the graph and for each decision. */
function showViews() {
  const active = modeler.getActiveView();
  tabs.replaceChildren(...modeler.getViews().map((view) => {
    const tab = Object.assign(document.createElement('button'), { type: 'button', textContent: view.type === 'drd' ? words.graph : view.name || view.element.id });
    if (view.element === active?.element && view.type === active.type) tab.setAttribute('aria-pressed', 'true');
    tab.onclick = () => modeler.open(view).catch((problem) => console.error(problem));
    return tab;
  }));
}

/** Decisions whose logic the library has no editor for are changed as text. */
function tellOfTexts() {
  const drawn = new Set(modeler.getViews().filter((view) => view.type !== 'drd').map((view) => view.element));
  const logic = (one) => one.decisionLogic ?? one.encapsulatedLogic?.body;
  const others = modeler.getDefinitions().get('drgElement').filter((one) => logic(one) && (!drawn.has(one) || UNDRAWN.has(logic(one).$type)));
  const names = others.map((one) => `“${one.name || one.id}”`).join(words.and);
  if (names) notice('in-text', 'warn', words.inText(names), words.inTextWhy, [[words.asText, () => location.assign(session.addresses.text)]]);
}

modeler.on('views.changed', () => { showViews(); watchViewer(); });
try {
  const { warnings } = await modeler.importXML(await session.open());
  const first = modeler.getViews().find((view) => view.type !== 'drd');
  if (first && modeler.getViews().length === 2) await modeler.open(first);
  if (warnings.length) session.block(sentences(warnings));
  else session.guard((await modeler.saveXML({ format: true })).xml, modeler._moddle);
  tellOfTexts();
  watchViewer();
  buttons = tools([[words.undo, () => stackOf()?.undo()], [words.redo, () => stackOf()?.redo()]]);
  able();
  announce('dmn', modeler, session);
} catch (problem) {
  console.warn(problem);
  session.block([String(problem.message), ...sentences(problem.warnings ?? [])], words.cannotOpen);
}
