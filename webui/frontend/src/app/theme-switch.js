// Buttons with data-theme-switch turn the colours over and remember it.
document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-theme-switch]')) return;
  const theme = document.documentElement.dataset.bsTheme === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.bsTheme = theme;
  localStorage.setItem('theme', theme);
});
