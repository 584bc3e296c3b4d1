// What every page loads: the kit, then one module per concern. Pages work without it.
import '@tabler/core/dist/css/tabler.css';
import './app.css';
import '@tabler/core/dist/js/tabler.esm.js';
import 'htmx.org';
import './requests.js';
import './theme-switch.js';
