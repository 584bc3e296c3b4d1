// Two drawings side by side move together.
for (const box of document.querySelectorAll('[data-side-by-side]')) {
  const sides = [...box.querySelectorAll('.side-scroll')];
  let led = null;
  for (const side of sides) {
    side.addEventListener('scroll', () => {
      if (led && led !== side) return;
      led = side;
      for (const other of sides) if (other !== side) other.scrollTo({ left: side.scrollLeft, top: side.scrollTop, behavior: 'instant' });
      clearTimeout(box.timer);
      box.timer = setTimeout(() => { led = null; }, 120);
    }, { passive: true });
  }
}
