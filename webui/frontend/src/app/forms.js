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

const rowsOf = (list) => [...(document.getElementById(list)?.querySelectorAll(':scope tbody > tr, :scope > .fm-card') ?? [])];

document.addEventListener('submit', (event) => {
  const operation = event.submitter?.value ?? '';
  const list = operation.startsWith('add:') ? event.submitter.closest('fieldset')?.id : null;
  adding = list ? { list, before: rowsOf(list).length } : null;
});

document.addEventListener('htmx:after:swap', () => {
  if (adding) {
    // The answer to what was sent before may come first.
    const rows = rowsOf(adding.list);
    if (rows.length <= adding.before) return;
    const { list } = adding;
    adding = null;
    // Who has gone on to something else is not taken away from it.
    if (document.activeElement === document.body || document.activeElement.closest('fieldset')?.id === list) focusIn(rows.at(-1));
    return;
  }
  const problems = document.querySelector('[data-form-problems]:not([data-seen])');
  if (problems) {
    problems.dataset.seen = '';
    problems.focus();
  }
});
