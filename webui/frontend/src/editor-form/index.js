// The form editor, with the form beside it as staff will see it.
import { FormEditor } from '@bpmn-io/form-js-editor';
import '@bpmn-io/form-js-editor/dist/assets/dragula.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import '@bpmn-io/form-js/dist/assets/form-js-base.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js/dist/assets/flatpickr/light.css';
import './form.css';
import { announce } from '../editor/findings.js';
import { showPreview } from '../editor/preview.js';
import { Session, tools } from '../editor/session.js';
import { words } from '../editor/words.js';
import { headFields } from './head.js';
import { paletteModule } from './palette.js';
import { restore } from './schema.js';

const PREVIEW_AFTER = 500;
const box = document.getElementById('editor');
const place = Object.assign(document.createElement('div'), { className: 'form-place' });
const side = Object.assign(document.createElement('section'), { className: 'form-side' });
side.setAttribute('aria-label', words.previewTitle);
const pane = Object.assign(document.createElement('div'), { className: 'form-side-body', tabIndex: 0 });
const title = Object.assign(document.createElement('h2'), { className: 'form-side-title', textContent: words.previewTitle });
side.append(title, pane);
box.replaceChildren(place, side);

const editor = new FormEditor({ container: place, additionalModules: [paletteModule] });
let opened = {};
const text = () => `${JSON.stringify(restore(editor.saveSchema(), opened), null, 2)}\n`;
const session = new Session(box, async () => text());
const { preview } = JSON.parse(box.dataset.addresses);
let timer;
const refresh = () => { clearTimeout(timer); timer = setTimeout(() => showPreview(pane, preview, text()), PREVIEW_AFTER); };

try {
  opened = JSON.parse(await session.open());
  await editor.importSchema(opened);
  title.after(headFields(editor));
  editor.on('commandStack.changed', () => { session.changed(); refresh(); });
  const stack = editor.get('commandStack');
  const [undo, redo, phone] = tools([[words.undo, () => stack.undo()], [words.redo, () => stack.redo()], [words.phone, () => phone.setAttribute('aria-pressed', String(side.classList.toggle('form-side-phone')))]]);
  phone.setAttribute('aria-pressed', 'false');
  const able = () => { undo.disabled = !stack.canUndo(); redo.disabled = !stack.canRedo(); };
  editor.on('commandStack.changed', able);
  able();
  refresh();
  announce('form', editor, session);
} catch (problem) {
  console.error(problem);
  session.block([String(problem.message)], words.cannotOpen);
}
