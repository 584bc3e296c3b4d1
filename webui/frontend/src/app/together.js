// Selecting rows of a list: boxes, x, shift for a stretch; the bar below says how many. Without this module the bar is a plain form.
let last = null;
const boxes = () => [...document.querySelectorAll('.task-tick input')];

function show() {
  const bar = document.querySelector('[data-together]');
  if (!bar) return;
  const all = bar.querySelector('[data-together-all]')?.checked;
  const chosen = boxes().filter((box) => box.checked).length;
  const line = bar.querySelector('[data-together-count]');
  line.textContent = chosen && !all ? line.dataset.text.replace('#', chosen) : '';
  bar.classList.toggle('together-on', Boolean(chosen || all));
}

/** Ticks or unticks the row that has the focus. */
export function tick() {
  const box = document.activeElement?.closest('[data-id]')?.querySelector('.task-tick input');
  box?.click();
}

/** Unticks everything; false when nothing was ticked. */
export function clear() {
  const some = [...boxes(), ...document.querySelectorAll('[data-together-all]')].filter((box) => box.checked);
  for (const box of some) box.checked = false;
  show();
  return some.length > 0;
}

document.addEventListener('click', (event) => {
  const box = event.target.closest?.('.task-tick input');
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) one.checked = box.checked;
  }
  last = box;
  show();
});
document.addEventListener('change', (event) => {
  if (event.target.matches?.('[data-together-all]')) show();
  if (event.target.matches?.('[data-submit]')) event.target.form.submit();
});
document.addEventListener('htmx:after:swap', show);
show();
