// Requests of the editors: CSRF token along, a fresh one taken over; an answer that is no JSON counts as one without content.
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
  return { text: await answer.text(), revision: Number(answer.headers.get('X-Revision')) };
}
