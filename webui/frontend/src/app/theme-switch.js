// The button of the colours works at once; without this module it is a form that loads the page anew.
const YEAR_SECONDS = 365 * 24 * 3600;

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-theme-toggle]');
  if (!button) return;
  event.preventDefault();
  const root = document.documentElement;
  const theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
  root.dataset.theme = theme;
  root.dataset.bsTheme = theme;
  document.cookie = `tuoke_theme=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
});
