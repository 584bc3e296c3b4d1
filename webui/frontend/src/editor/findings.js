// The point where findings join an editor.
//
// join(callback): the callback is called once, when the file is open, with
//   { kind: 'bpmn' | 'dmn' | 'form' | 'text' | 'settings', editor, session }
// editor is the library's own object (bpmn-js Modeler, dmn-js Modeler, form-js FormEditor, the textarea, for settings { field, showText }). session has
//   pack, file, revision          what is open, and the file's saved revision
//   content()                     promise of the text as it would be saved now
//   onChanged(fn)                 after every change, before it is saved; several changes in one tick call it once
//   onSaved(fn)                   after a save, with the new revision
// The same stands in the property `opened` of the element #editor, for scripts of other bundles; there the event 'editor:opened' tells.
// With bpmn-js: editor.get('overlays'), get('canvas').addMarker(id, name), get('selection').select(...) are what draws a finding.
// The element #editor-notices takes what should stand above the canvas.
import { check } from './checking.js';

const waiting = [];
let opened = null;

export function join(callback) {
  if (opened) callback(opened);
  else waiting.push(callback);
}

/** For the editors: the file is open. */
export function announce(kind, editor, session) {
  opened = { kind, editor, session };
  document.getElementById('editor').opened = opened;
  document.getElementById('editor').dispatchEvent(new CustomEvent('editor:opened', { bubbles: true, detail: opened }));
  for (const callback of waiting.splice(0)) callback(opened);
  check(opened);
}
