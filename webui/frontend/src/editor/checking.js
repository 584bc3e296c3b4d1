// The engine's checks while one draws: asked soon after every change, shown at the elements and in a list below.
// Nothing here may stop the editor: an answer that does not come is an answer that is not shown.
import { element } from './notices.js';
import { marker } from './marks.js';
import { post } from './server.js';
import { words } from './words.js';

const AFTER = 60, AGAIN_AFTER = 4000;
const MOST_SHOWN = 200;

export function check({ kind, editor, session }) {
  const marks = marker(kind, editor);
  const list = makeList((finding) => marks.go(finding));
  let timer, asking = null;

  async function ask() {
    asking?.abort();
    const mine = asking = new AbortController();
    try {
      const text = await session.content();
      const { status, told } = await post(session.addresses.findings, text, { signal: mine.signal });
      if (mine !== asking) return;
      if (status === 200) show(told.findings);
      else list.away(status === 413 ? words.checkTooLarge : words.checkAway);
      if (status === 0 || status >= 500) plan(AGAIN_AFTER);
    } catch (problem) {
      console.warn(problem); // a file in the middle of a change that cannot be written out
      if (mine === asking) list.away(words.checkAway);
    }
  }

  function show(findings) {
    const here = findings.filter((one) => one.file === session.file);
    list.show(here, findings.filter((one) => one.file !== session.file), session.addresses.opened);
    try {
      marks.show(here.filter((one) => one.element_id || one.line));
    } catch (problem) {
      console.warn(problem);
    }
  }

  function plan(wait = AFTER) {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  }

  session.onChanged(() => plan());
  marks.onView?.(() => plan());
  addEventListener('focus', () => plan());
  plan(0);
}

/** The list under the editor: errors first, each a button that leads to its element; other files' findings are links. */
function makeList(go) {
  const box = element('details', '');
  box.id = 'editor-findings';
  box.className = 'editor-findings';
  const summary = box.appendChild(element('summary', words.checking));
  summary.setAttribute('aria-live', 'polite');
  const body = box.appendChild(document.createElement('ol'));
  document.getElementById('editor').after(box);
  const title = document.title;
  let shown = '';

  function show(here, elsewhere, opened) {
    const all = [...here, ...elsewhere];
    const errors = all.filter((one) => one.is_error).length;
    const text = all.length ? words.found(errors, all.length - errors) : words.foundNothing;
    if (summary.textContent !== text) summary.textContent = text;
    box.dataset.state = errors ? 'bad' : all.length ? 'warn' : 'good';
    document.title = all.length ? `(${all.length}) ${title}` : title;
    const state = JSON.stringify(all);
    if (state === shown) return;
    shown = state;
    const focused = [...body.querySelectorAll('button, a')].indexOf(document.activeElement);
    const lines = [...here.map((one) => line(one, null)), ...elsewhere.map((one) => line(one, one.file && `${opened}?name=${encodeURIComponent(one.file)}`))];
    body.replaceChildren(...lines.slice(0, MOST_SHOWN));
    if (focused >= 0) ([...body.querySelectorAll('button, a')][focused] ?? summary).focus();
  }

  function line(finding, address) {
    const item = document.createElement('li');
    item.className = finding.is_error ? 'is-error' : 'is-warning';
    const head = element(address ? 'a' : 'button', '');
    if (address) head.href = address;
    else Object.assign(head, { type: 'button', onclick: () => go(finding) });
    const place = [address && finding.file, finding.line && kindOfPlace(finding)].filter(Boolean).join(' · ');
    head.append(element('b', finding.is_error ? words.error : words.warning), element('span', finding.message));
    item.append(head);
    const more = [place, finding.proposal && words.mend(finding.proposal)].filter(Boolean).join(words.between);
    if (more) item.append(element('p', more));
    return item;
  }

  return { show, away: (text) => { summary.textContent = text; box.dataset.state = 'away'; } };
}

const kindOfPlace = (finding) => (finding.element_id ? `“${finding.element || finding.element_id}”` : words.line(finding.line));
