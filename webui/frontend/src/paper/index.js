// The page of a form on paper: a button that opens the browser's own printing; without scripts there is none.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
