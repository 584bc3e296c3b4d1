// The text editor for pack.toml and scenarios: plain text with line numbers, Tab moves on as everywhere.
import './text.css';
import { announce } from '../editor/findings.js';
import { Session } from '../editor/session.js';

const box = document.getElementById('editor');
const numbers = Object.assign(document.createElement('pre'), { className: 'text-lines', ariaHidden: 'true' });
const field = Object.assign(document.createElement('textarea'), { className: 'text-field', spellcheck: false, autocapitalize: 'off', wrap: 'off' });
field.ariaLabel = box.dataset.file;
box.replaceChildren(numbers, field);

const session = new Session(box, async () => field.value);
const text = await session.open();
const windows = text.includes('\r\n');
session.content = async () => (windows ? field.value.replaceAll('\n', '\r\n') : field.value);
field.value = text;
const count = () => { numbers.textContent = Array.from({ length: field.value.split('\n').length }, (_, index) => index + 1).join('\n'); };
field.addEventListener('input', () => { count(); session.changed(); });
field.addEventListener('scroll', () => { numbers.scrollTop = field.scrollTop; });
count();
announce('text', field, session);
