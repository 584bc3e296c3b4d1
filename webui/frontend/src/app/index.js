// What every page loads: the kit, then one module per concern. Pages work without it.
import '@tabler/core/dist/css/tabler.css';
import './app.css';
import './shell.css';
import './parts.css';
import './tasks.css';
import './pages.css';
import './packs.css';
import './forms.css';
import './print.css';
import 'htmx.org';
import './requests.js';
import './theme-switch.js';
import './focus.js';
import './menus.js';
import './keyboard.js';
import './drafts.js';
import './forms.js';
