// Menus close on Escape, and when the focus or a click goes elsewhere; panels with data-remember stay open or closed as they were left.
const KEY = 'tuoke.open.';

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
  if (name) localStorage.setItem(KEY + name, event.target.open ? '1' : '0');
}, true);

function recall() {
  for (const panel of document.querySelectorAll('details[data-remember]')) {
    const kept = localStorage.getItem(KEY + panel.dataset.remember);
    if (kept !== null) panel.open = kept === '1';
  }
}

recall();
document.addEventListener('htmx:after:swap', recall);
