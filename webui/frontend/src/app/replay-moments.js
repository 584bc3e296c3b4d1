// Moments of a replay: fetched a few at a time, so that the neighbour of the one on view is there before a key asks for it; put into the page part by
// part. A moment never changes once it has been recorded, so what was fetched is good for as long as the page is open.
import { notice } from './requests.js';

const KEPT = 300, BESIDE = 10, CALM_MILLISECONDS = 80, BUSY_MILLISECONDS = 150;
const english = document.documentElement.lang.startsWith('en');
const gone = english
  ? 'The server cannot be reached. What you see is the step that it says; please try again.'
  : '连不上服务器。现在显示的是上面写明的那一步，请稍后再试。';
const kept = new Map(), boxes = new Map();
let wanted = 0, before = 0, coming = null, calm = 0, busy = 0;

const shown = () => document.querySelector('#moment');
const source = () => document.querySelector('[data-moments]').dataset;
const last = () => Number(document.querySelector('#slider').max);

/** The moment of the page is there; its neighbours come next. */
export function begin() {
  wanted = Number(shown().dataset.at);
  before = wanted;
  lookAhead();
}

/** Shows the moment as soon as it is there; a later wish takes the place of an earlier one. */
export function show(at) {
  before = wanted;
  wanted = at;
  if (kept.has(at)) stand();
  else ask();
}

function stand() {
  put(kept.get(wanted).cloneNode(true));
  waitsNoMore();
  lookAhead();
}

function waitsNoMore() {
  clearTimeout(busy);
  busy = 0;
  shown().removeAttribute('aria-busy');
}

/** One request at a time: while the slider is dragged, the server is asked for the newest wish only. */
function ask() {
  busy ||= setTimeout(() => shown().setAttribute('aria-busy', 'true'), BUSY_MILLISECONDS);
  if (coming?.holds(wanted)) return;
  if (coming?.ahead) coming.stop();
  if (!coming) fetchMoments(wanted, wanted, false);
}

function lookAhead() {
  clearTimeout(calm);
  const step = wanted < before ? -1 : 1;
  calm = setTimeout(() => {
    if (coming || !source()) return;
    const missing = nearest(step) ?? nearest(-step);
    if (missing === null) return;
    const most = Number(source().most), [from, to] = missing.step > 0 ? [missing.at, missing.at + most - 1] : [missing.at - most + 1, missing.at];
    fetchMoments(Math.max(1, from), Math.min(last(), to), true);
  }, Math.abs(wanted - before) > 1 ? CALM_MILLISECONDS : 0);
}

/** The nearest moment in that direction that is not here, if it is near enough to be needed soon. */
function nearest(step) {
  for (let at = wanted + step; Math.abs(at - wanted) <= BESIDE && at >= 1 && at <= last(); at += step) if (!kept.has(at)) return { at, step };
  return null;
}

async function fetchMoments(first, until, ahead) {
  const stopping = new AbortController();
  const mine = { ahead, holds: (at) => at >= first && at <= until, stop: () => { stopping.abort(); if (coming === mine) coming = null; } };
  coming = mine;
  try {
    const answer = await fetch(`${source().moments}?at=${first}&until=${until}`, { headers: { 'HX-Request': 'true' }, signal: stopping.signal, cache: 'no-store' });
    if (!answer.ok || answer.redirected) throw answer;
    keep(await answer.text());
  } catch (problem) {
    if (stopping.signal.aborted) return;
    coming = null;
    if (!ahead || mine.holds(wanted)) failed(problem);
    return;
  }
  if (coming === mine) coming = null;
  if (Number(shown().dataset.at) === wanted) lookAhead();
  else if (kept.has(wanted)) stand();
  else ask();
}

/** Signed out, no longer allowed, or a log that was edited: the page itself says so. Without an answer the moment on view stays, and says which it is. */
function failed(problem) {
  waitsNoMore();
  if (problem instanceof Response) location.assign(`${source().replay}?at=${wanted}`);
  else notice(gone);
}

function keep(text) {
  const holder = document.createElement('template');
  holder.innerHTML = text;
  for (const moment of holder.content.querySelectorAll('.moment')) {
    kept.delete(Number(moment.dataset.at));
    kept.set(Number(moment.dataset.at), moment);
    prepare(moment.querySelector('.diagram'));
  }
  for (const at of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(at);
  }
}

/** A diagram that comes into view soon is drawn beside the page meanwhile. */
function prepare(box) {
  const address = box?.dataset.diagramXml;
  if (!address || boxes.has(address) || address === shown().querySelector('.diagram')?.dataset.diagramXml) return;
  const ready = box.cloneNode(true);
  boxes.set(address, ready);
  document.querySelector('[data-diagrams-ready]').append(ready);
  document.dispatchEvent(new Event('diagram:added'));
}

function put(next) {
  const now = shown(), part = (moment, name) => moment.querySelector(`[data-part="${name}"]`);
  now.dataset.at = next.dataset.at;
  part(now, 'words').replaceChildren(...part(next, 'words').childNodes);
  part(now, 'who').replaceWith(part(next, 'who'));
  const rel = part(now, 'steps').contains(document.activeElement) ? document.activeElement.rel : '';
  part(now, 'steps').replaceWith(part(next, 'steps'));
  if (rel) (part(now, 'steps').querySelector(`a[rel="${rel}"]`) ?? part(now, 'steps').querySelector('a'))?.focus({ preventScroll: true });
  draw(part(now, 'course'), part(next, 'course'));
  const [course, ...rest] = now.children, [, ...fresh] = next.children;
  rest.forEach((section) => section.remove());
  course.after(...fresh);
}

/** The same diagram only gets other marks; another one that was drawn before comes back as it was. */
function draw(now, next) {
  const old = now.querySelector('.diagram'), fresh = next.querySelector('.diagram'), address = fresh?.dataset.diagramXml;
  const drawn = old?.dataset.diagramXml === address ? old : boxes.get(address);
  if (old) boxes.set(old.dataset.diagramXml, old);
  if (drawn && drawn.dataset.diagram !== fresh.dataset.diagram) drawn.dataset.diagram = fresh.dataset.diagram;
  if (drawn && drawn === old) {
    for (const other of [...now.children]) if (other !== old) other.remove();
    const others = [...next.children], place = others.indexOf(fresh);
    old.before(...others.slice(0, place));
    old.after(...others.slice(place + 1));
    return;
  }
  if (drawn) fresh.replaceWith(drawn);
  now.replaceChildren(...next.childNodes);
  if (!drawn) document.dispatchEvent(new Event('diagram:added'));
}
