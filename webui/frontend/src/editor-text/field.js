// Plain text with line numbers; Tab moves on as everywhere.
import './text.css';

/** Answers { pane, field, show(text), value() }: `pane` to be put on the page, `value` with the line ends that the file has. */
export function textField(name, changed) {
  const pane = Object.assign(document.createElement('div'), { className: 'text-pane' });
  const numbers = Object.assign(document.createElement('pre'), { className: 'text-lines', ariaHidden: 'true' });
  const field = Object.assign(document.createElement('textarea'), { className: 'text-field', spellcheck: false, autocapitalize: 'off', wrap: 'off' });
  field.ariaLabel = name;
  pane.append(numbers, field);
  let windows = false;
  const count = () => { numbers.textContent = Array.from({ length: field.value.split('\n').length }, (_, index) => index + 1).join('\n'); };
  field.addEventListener('input', () => { count(); changed(); });
  field.addEventListener('scroll', () => { numbers.scrollTop = field.scrollTop; });
  return {
    pane,
    field,
    show(text) {
      windows = text.includes('\r\n');
      field.value = text;
      count();
    },
    value: () => (windows ? field.value.replaceAll('\n', '\r\n') : field.value),
  };
}
