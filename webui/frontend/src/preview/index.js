// A PDF file shown page by page: drawn when it comes into view, with its text over it for selecting and reading aloud. Nothing in it is run.
import { AnnotationMode, GlobalWorkerOptions, TextLayer, getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import './preview.css';

const SHARPEST = 2;
const MOST_PIXELS = 16_000_000; // phones refuse larger canvases

const box = document.querySelector('[data-pdf]');
const state = box.querySelector('[data-pdf-state]');
const pages = box.querySelector('[data-pdf-pages]');

function say(text) {
  state.hidden = !text;
  state.lastElementChild.textContent = text;
}

function sheet(number, count, size) {
  const one = document.createElement('section');
  one.className = 'pdf-page';
  one.style.aspectRatio = `${size.width} / ${size.height}`;
  one.dataset.number = number;
  one.setAttribute('aria-label', box.dataset.page.replace('{page}', number).replace('{pages}', count));
  return one;
}

async function draw(pdf, one) {
  const page = await pdf.getPage(Number(one.dataset.number));
  const size = page.getViewport({ scale: 1 });
  one.style.aspectRatio = `${size.width} / ${size.height}`;
  const width = one.clientWidth;
  const wanted = (width / size.width) * Math.min(window.devicePixelRatio || 1, SHARPEST);
  const scale = Math.min(wanted, Math.sqrt(MOST_PIXELS / (size.width * size.height)));
  const viewport = page.getViewport({ scale });
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: Math.floor(viewport.width), height: Math.floor(viewport.height) });
  canvas.setAttribute('aria-hidden', 'true');
  await page.render({ canvas, viewport, annotationMode: AnnotationMode.ENABLE }).promise;
  const text = document.createElement('div');
  text.className = 'textLayer';
  one.style.setProperty('--total-scale-factor', width / size.width);
  one.replaceChildren(canvas, text);
  await new TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport: page.getViewport({ scale: width / size.width }) }).render();
}

/** Pages near the view are drawn, those far from it forgotten: a long file must not fill the memory of a phone. */
function drawWhatIsSeen(pdf) {
  const near = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      if (!isIntersecting) {
        target.replaceChildren();
        delete target.dataset.drawn;
      } else if (!target.dataset.drawn) {
        target.dataset.drawn = 'true';
        draw(pdf, target).catch((error) => {
          console.warn(error);
          delete target.dataset.drawn;
          say(box.dataset.broken);
        });
      }
    }
  }, { rootMargin: '100% 0px' });
  for (const one of pages.children) near.observe(one);
  // Another width: the drawing scales by itself, the text over it follows.
  new ResizeObserver((changes) => {
    for (const { target } of changes) {
      const [width] = target.style.aspectRatio.split(' / ');
      target.style.setProperty('--total-scale-factor', target.clientWidth / Number(width));
    }
  }).observe(pages.firstElementChild);
}

async function open() {
  say(box.dataset.loading);
  GlobalWorkerOptions.workerSrc = box.dataset.worker;
  const parts = box.dataset.parts;
  const task = getDocument({
    url: box.dataset.pdf,
    cMapUrl: `${parts}cmaps/`,
    standardFontDataUrl: `${parts}standard_fonts/`,
    wasmUrl: `${parts}wasm/`,
    useWasm: false, // the policy of these pages allows none
    enableXfa: false,
  });
  let locked = false;
  task.onPassword = () => {
    locked = true;
    task.destroy();
  };
  try {
    const pdf = await task.promise;
    const first = (await pdf.getPage(1)).getViewport({ scale: 1 });
    pages.append(...Array.from({ length: pdf.numPages }, (_, at) => sheet(at + 1, pdf.numPages, first)));
    say('');
    drawWhatIsSeen(pdf);
  } catch (error) {
    console.warn(error);
    say(locked ? box.dataset.locked : box.dataset.broken);
  }
}

open();
