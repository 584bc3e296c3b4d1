// Opens the editor of a file where there is room for it; on a small screen the file can be looked at.
import './editor.css';
import { words } from './words.js';

const box = document.getElementById('editor');
const WIDE = '(min-width: 900px)';

if (matchMedia(WIDE).matches) load(box.dataset.script, box.dataset.styles);
else if (['text', 'settings'].includes(box.dataset.kind)) load(box.dataset.script, box.dataset.styles);
else look();

function load(script, styles) {
  for (const href of JSON.parse(styles)) document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }));
  import(script).catch((problem) => {
    console.error(problem);
    box.textContent = words.failed;
  });
}

/** Without an editor: the diagram to move around in, the form as staff see it. */
async function look() {
  box.classList.add('editor-look');
  const text = document.createElement('p');
  text.className = 'panel panel-body';
  text.textContent = words.small;
  box.replaceChildren(text);
  const { content, preview } = JSON.parse(box.dataset.addresses);
  if (box.dataset.kind === 'bpmn') {
    const diagram = Object.assign(document.createElement('div'), { className: 'diagram' });
    diagram.dataset.diagramXml = content;
    box.append(diagram);
    load(box.dataset.viewer, box.dataset.viewerStyles);
  } else if (box.dataset.kind === 'form') {
    const form = await (await fetch(content)).text();
    const { showPreview } = await import('./preview.js');
    const pane = Object.assign(document.createElement('section'), { className: 'panel panel-body' });
    box.append(pane);
    showPreview(pane, preview, form);
  }
}
