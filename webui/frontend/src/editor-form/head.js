// The form's own names, which the library has no fields for: what staff read above it, in Chinese and English.
import { words } from '../editor/words.js';

/** Two fields over the preview; every change is one that can be undone. */
export function headFields(editor) {
  const box = Object.assign(document.createElement('div'), { className: 'form-head' });
  const root = () => editor._getState().schema;
  const edit = (property, value) => editor.get('modeling').editFormField(root(), property, value);
  const name = field(words.formName, (value) => edit('name', value || undefined));
  const english = field(words.formNameEnglish, (value) => edit('properties', named(root().properties, value)));
  box.append(name.label, english.label);
  const show = () => {
    name.input.value = root().name ?? '';
    english.input.value = root().properties?.['name.en'] ?? '';
  };
  editor.on('commandStack.changed', show);
  show();
  return box;
}

function named(properties, value) {
  const { 'name.en': _before, ...others } = properties ?? {};
  const next = value ? { ...others, 'name.en': value } : others;
  return Object.keys(next).length ? next : undefined;
}

function field(text, onChange) {
  const label = Object.assign(document.createElement('label'), { className: 'form-label', textContent: text });
  const input = label.appendChild(Object.assign(document.createElement('input'), { className: 'form-control', maxLength: 200 }));
  input.addEventListener('change', () => onChange(input.value.trim()));
  return { label, input };
}
