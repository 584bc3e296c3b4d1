// Runs before the first paint: data-theme is what the user chose; `auto` follows the system without a flash of the other colours.
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    if (root.dataset.theme === 'auto') root.dataset.bsTheme = system.matches ? 'dark' : 'light';
  };
  apply();
  system.addEventListener('change', apply);
})();
