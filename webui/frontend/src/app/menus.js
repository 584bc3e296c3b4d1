// Menus close on Escape, and when the focus or a click goes elsewhere; panels with data-remember stay open or closed as they were left.
// Panels with data-side stand beside the form on a desk and below it on a phone: there they begin folded.
const KEY = 'tuoke.open.';
const phone = matchMedia('(max-width: 899px)');

document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

// Whoever tabs on has left the menu.
document.addEventListener('focusin', (event) => {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener('toggle', (event) => {
  const name = event.target.dataset?.remember;
  if (name && !('folded' in event.target.dataset)) localStorage.setItem(KEY + name, event.target.open ? '1' : '0');
}, true);

function recall() {
  for (const panel of document.querySelectorAll('details[data-remember]')) {
    if (phone.matches && 'side' in panel.dataset) {
      if (!('folded' in panel.dataset)) panel.open = false;
      panel.dataset.folded = '';
      continue;
    }
    const kept = localStorage.getItem(KEY + panel.dataset.remember);
    if (kept !== null) panel.open = kept === '1';
  }
}

recall();
document.addEventListener('htmx:after:swap', recall);
