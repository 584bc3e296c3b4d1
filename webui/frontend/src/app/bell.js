// The bell of a page that stays open: asked again while the page is visible, answered in full only when the number has changed. The number stands in
// the page's title too, and a new notification is said once, politely.
import { say } from './live.js';

const EVERY_MS = 30000;
const LONGEST_MS = 300000;
const bell = document.querySelector('a[data-bell]');
let wait = EVERY_MS;
let timer = 0;
let etag = null;
let put = '';

function titled(shown) {
  // Pages change their titles themselves: only what was put before one is taken away.
  const rest = document.title.startsWith(put) ? document.title.slice(put.length) : document.title;
  put = shown ? `(${shown}) ` : '';
  document.title = put + rest;
}

function ring({ unread, shown, label, news }) {
  const before = Number(bell.dataset.bellUnread);
  let count = bell.querySelector('.bell-count');
  if (!unread) count?.remove();
  else {
    if (!count) {
      count = Object.assign(document.createElement('span'), { className: 'bell-count' });
      count.setAttribute('aria-hidden', 'true');
      bell.append(count);
    }
    count.textContent = shown;
  }
  bell.dataset.bellUnread = unread;
  bell.setAttribute('aria-label', label);
  bell.title = label;
  titled(shown);
  if (unread > before) say(news);
}

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(bell.dataset.bell, { headers: { 'HX-Request': 'true', ...(etag ? { 'If-None-Match': etag } : {}) }, cache: 'no-store' });
    if (answer.status === 401) return;
    if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    if (answer.status === 200) {
      etag = answer.headers.get('ETag');
      ring(await answer.json());
    }
    wait = EVERY_MS;
  } catch {
    wait = Math.min(wait * 2, LONGEST_MS);
  }
  timer = setTimeout(look, wait);
}

if (bell) {
  titled(bell.querySelector('.bell-count')?.textContent ?? '');
  timer = setTimeout(look, wait);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) clearTimeout(timer);
    else look();
  });
}
