// What stands above an editor: one notice of a kind at a time, with buttons that work.
const place = () => document.getElementById('editor-notices');

/** actions: [[text, onClick or address]]; tone: 'bad', 'warn' or 'good'. */
export function notice(kind, tone, title, text = '', actions = [], lines = []) {
  clear(kind);
  const box = document.createElement('div');
  box.className = `alert-bar alert-bar-${tone} alert-bar-box`;
  box.dataset.notice = kind;
  box.role = tone === 'bad' ? 'alert' : 'status';
  const inner = box.appendChild(document.createElement('div'));
  inner.append(element('strong', title));
  if (text) inner.append(element('p', text));
  if (lines.length) {
    const list = inner.appendChild(document.createElement('ul'));
    list.append(...lines.map((line) => element('li', line)));
  }
  if (actions.length) {
    const row = inner.appendChild(document.createElement('p'));
    row.className = 'notice-actions';
    row.append(...actions.map(([label, act]) => button(label, act)));
  }
  place().append(box);
}

export function clear(kind) {
  place().querySelector(`[data-notice="${kind}"]`)?.remove();
}

export function element(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

export function button(label, act) {
  const made = element(typeof act === 'string' ? 'a' : 'button', label);
  made.className = 'btn btn-sm';
  if (typeof act === 'string') Object.assign(made, { href: act, target: '_blank', rel: 'noopener' });
  else Object.assign(made, { type: 'button', onclick: act });
  return made;
}

/** Hands a text to the user as a file. */
export function handOut(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  Object.assign(document.createElement('a'), { href: address, download: name.split('/').pop() }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
