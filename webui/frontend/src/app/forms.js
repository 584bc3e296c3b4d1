// Where the keyboard goes after a form was sent: to its problems, to the field that a problem names, to the row that was added.
import './forms-more.css';
import './forms-combobox.js';
import './forms-files.js';

let adding = null;

const focusIn = (element) => {
  const control = element?.matches('input, select, textarea') ? element : element?.querySelector('input:not([type=hidden]), select, textarea');
  (control ?? element)?.focus();
};

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-form-problems] a[href^="#"]');
  if (link) {
    event.preventDefault();
    focusIn(document.getElementById(link.getAttribute('href').slice(1)));
  }
});

document.addEventListener('submit', (event) => {
  const operation = event.submitter?.value ?? '';
  adding = operation.startsWith('add:') ? event.submitter.closest('fieldset')?.id : null;
});

document.addEventListener('htmx:after:swap', () => {
  const list = adding && document.getElementById(adding);
  adding = null;
  if (list) {
    focusIn([...list.querySelectorAll(':scope tbody > tr, :scope > .fm-card')].at(-1));
    return;
  }
  const problems = document.querySelector('[data-form-problems]:not([data-seen])');
  if (problems) {
    problems.dataset.seen = '';
    problems.focus();
  }
});
