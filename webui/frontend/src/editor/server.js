// Requests of the editors: CSRF token along, a fresh one taken over; an answer that is no JSON counts as one without content.
import { words } from './words.js';

const meta = () => document.querySelector('meta[name="csrf-token"]');

/** Posts; answers { status, told }; status 0: the server was not reached. A token that has expired is renewed and the request sent once more. */
export async function post(address, body, { type = 'application/octet-stream', again = true, leaving = false, signal } = {}) {
  let answer;
  try {
    const headers = { 'Content-Type': type, 'X-CSRFToken': meta().content, 'HX-Request': 'true' };
    answer = await fetch(address, { method: 'POST', body, headers, redirect: 'manual', keepalive: leaving, signal });
  } catch {
    return { status: 0, told: {} };
  }
  const fresh = answer.headers.get('X-CSRF-Token');
  if (fresh) {
    meta().content = fresh;
    if (answer.status === 400 && again) return post(address, body, { type, again: false, signal });
  }
  const text = await answer.text();
  const json = (answer.headers.get('Content-Type') ?? '').includes('json');
  return { status: answer.status, told: json ? JSON.parse(text) : { text } };
}

export async function readFile(address) {
  const answer = await fetch(address, { headers: { 'HX-Request': 'true' } });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return { text: decoded(new Uint8Array(await answer.arrayBuffer())), revision: Number(answer.headers.get('X-Revision')) };
}

/** UTF-8, or what an XML file declares or begins with; what is saved is UTF-8 and says so. Throws where letters would be lost. */
function decoded(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const [wide, head] = [[bytes[0], bytes[1]].join(), new TextDecoder('latin1').decode(bytes.subarray(0, 200))];
    const label = wide === '255,254' ? 'utf-16le' : wide === '254,255' ? 'utf-16be' : head.match(/^<\?xml[^>]*encoding=["']([\w.-]+)/)?.[1];
    try {
      return new TextDecoder(label ?? 'none', { fatal: true }).decode(bytes).replace(/^(<\?xml[^>]*encoding=["'])[\w.-]+/, '$1UTF-8');
    } catch {
      throw new Error(words.notUtf8);
    }
  }
}
