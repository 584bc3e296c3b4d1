// Findings at their elements, for each editor: { show(findings), go(finding), onView? }.
// The sign is a letter shape ("!" or "i") in a ring, so that colour is not all that tells errors from warnings.
import { element } from './notices.js';
import { words } from './words.js';

export function marker(kind, editor) {
  return { bpmn: diagram, dmn: decisions, form, text, settings }[kind](editor);
}

/** id -> { is_error, texts } of what is at fault. */
function grouped(findings) {
  const found = new Map();
  for (const one of findings) {
    const known = found.get(one.element_id) ?? { is_error: false, texts: [] };
    found.set(one.element_id, { is_error: known.is_error || one.is_error, texts: [...known.texts, one.message] });
  }
  return found;
}

function sign({ is_error, texts }) {
  const mark = element('span', is_error ? '!' : 'i');
  mark.className = `finding-mark ${is_error ? 'is-error' : 'is-warning'}`;
  mark.title = texts.join('\n');
  mark.role = 'img';
  mark.ariaLabel = `${is_error ? words.error : words.warning}${words.between}${texts.join(words.between)}`;
  return mark;
}

function diagram(modeler) {
  const overlays = modeler.get('overlays'), registry = modeler.get('elementRegistry'), canvas = modeler.get('canvas');
  const shapeOf = (id) => registry.get(id) ?? registry.find((one) => one.businessObject?.processRef?.id === id);
  return {
    show(findings) {
      overlays.remove({ type: 'finding' });
      for (const [id, what] of grouped(findings)) {
        const shape = shapeOf(id);
        if (!shape || shape === canvas.getRootElement()) continue;
        const position = shape.waypoints ? { top: -10, left: -10 } : { top: -12, right: 12 };
        overlays.add(shape, 'finding', { position, html: sign(what), show: { minZoom: 0.2 }, scale: { min: 0.8, max: 1.2 } });
      }
    },
    go(finding) {
      const shape = shapeOf(finding.element_id);
      if (!shape) return;
      const root = canvas.findRoot(shape);
      if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
      if (shape !== root) canvas.scrollToElement(shape, 120);
      modeler.get('selection').select(shape);
      canvas.focus?.();
    },
  };
}

function decisions(modeler) {
  const place = () => document.querySelector('.dmn-place');
  const found = (id) => place().querySelector(`[data-element-id="${CSS.escape(id)}"], [data-row-id="${CSS.escape(id)}"]`);
  let known = [];
  const ownerOf = (id) => modeler.getDefinitions().drgElement.find((one) => holds(one, id))?.id;
  const drawOverview = () => {
    const drd = modeler.getActiveViewer(), overlays = drd.get('overlays'), registry = drd.get('elementRegistry');
    overlays.remove({ type: 'finding' });
    const owned = known.filter((one) => one.element_id).map((one) => ({ ...one, element_id: ownerOf(one.element_id) }));
    for (const [id, what] of grouped(owned)) {
      if (id && registry.get(id)) overlays.add(id, 'finding', { position: { top: -12, right: 12 }, html: sign(what) });
    }
  };
  const draw = () => {
    if (modeler.getActiveView()?.type === 'drd') return drawOverview();
    for (const old of place().querySelectorAll('.finding-cell')) { old.classList.remove('finding-cell', 'is-error', 'is-warning'); old.removeAttribute('title'); }
    for (const [id, what] of grouped(known.filter((one) => one.element_id))) {
      const cell = found(id);
      if (!cell) continue;
      cell.classList.add('finding-cell', what.is_error ? 'is-error' : 'is-warning');
      cell.setAttribute('title', what.texts.join('\n'));
    }
  };
  const holds = (element, id) => element?.id === id || Object.entries(element ?? {}).some(([key, value]) => key !== '$parent' && (Array.isArray(value) ? value : [value]).some((one) => one?.$type && holds(one, id)));
  return {
    show(findings) { known = findings; draw(); },
    async go(finding) {
      if (!found(finding.element_id)) {
        const view = modeler.getViews().find((one) => one.type !== 'drd' && holds(one.element, finding.element_id));
        if (view) await modeler.open(view);
      }
      draw();
      const cell = found(finding.element_id);
      cell?.scrollIntoView({ block: 'center', inline: 'center' });
      (cell?.querySelector('[contenteditable], [tabindex], input') ?? cell)?.focus?.();
      cell?.click?.();
    },
    onView: (listener) => modeler.on('views.changed', listener),
  };
}

function form(editor) {
  const fieldOf = (id) => editor.get('formFieldRegistry').getAll().find((one) => one.key === id || one.path === id || one.id === id);
  const boxOf = (field) => field && document.querySelector(`.form-place [data-id="${CSS.escape(field.id)}"]`);
  return {
    show(findings) {
      for (const old of document.querySelectorAll('.form-place .finding-mark')) old.remove();
      for (const [id, what] of grouped(findings.filter((one) => one.element_id))) boxOf(fieldOf(id))?.append(sign(what));
    },
    go(finding) {
      const field = fieldOf(finding.element_id);
      if (!field) return;
      editor.get('selection').set(field);
      const box = boxOf(field);
      box?.scrollIntoView({ block: 'center' });
      box?.focus?.();
    },
  };
}

function text(field) {
  const numbers = document.querySelector('.text-lines');
  return {
    show(findings) {
      const lines = new Map(findings.filter((one) => one.line).map((one) => [one.line, one]));
      numbers.replaceChildren(...Array.from({ length: field.value.split('\n').length }, (_, index) => {
        const one = lines.get(index + 1), line = element('span', `${one ? (one.is_error ? '! ' : 'i ') : ''}${index + 1}\n`);
        if (one) Object.assign(line, { className: one.is_error ? 'is-error' : 'is-warning', title: one.message });
        return line;
      }));
    },
    go(finding) {
      const before = field.value.split('\n').slice(0, (finding.line ?? 1) - 1), start = before.reduce((sum, line) => sum + line.length + 1, 0);
      field.focus();
      field.setSelectionRange(start, start + (field.value.split('\n')[before.length] ?? '').length);
      field.scrollTop = Math.max(0, (field.scrollHeight / Math.max(field.value.split('\n').length, 1)) * (before.length - 4));
    },
  };
}

/** The form of pack.toml: findings name lines of the text behind it. */
function settings({ field, showText }) {
  const lines = text(field);
  return {
    show: lines.show,
    async go(finding) {
      await showText();
      lines.go(finding);
    },
  };
}
