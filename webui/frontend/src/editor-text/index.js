// The editor of scenarios: their text.
import { announce } from '../editor/findings.js';
import { Session } from '../editor/session.js';
import { textField } from './field.js';

const box = document.getElementById('editor');
const text = textField(box.dataset.file, () => session.changed());
box.replaceChildren(text.pane);

const session = new Session(box, async () => text.value());
text.show(await session.open());
announce('text', text.field, session);
