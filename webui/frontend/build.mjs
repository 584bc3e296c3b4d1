// Builds what browsers load: node build.mjs OUTPUT_FOLDER. manifest.json there names the files of each entry.
import { createHash } from 'node:crypto';
import { access, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { dmnWords } from './dmn-words.mjs';
import { formWords } from './form-words.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const source = (...parts) => path.join(here, 'src', ...parts);
const output = path.resolve(process.argv[2] ?? path.join(here, '..', 'static', 'dist'));
const ENTRIES = {
  app: source('app', 'index.js'),
  diagram: source('diagram', 'index.js'),
  paper: source('paper', 'index.js'),
  preview: source('preview', 'index.js'),
  'pdf-worker': path.join(here, 'node_modules/pdfjs-dist/legacy/build/pdf.worker.mjs'),
  editor: source('editor', 'index.js'),
  'editor-bpmn': source('editor-bpmn', 'index.js'),
  'editor-dmn': source('editor-dmn', 'index.js'),
  'editor-form': source('editor-form', 'index.js'),
  'editor-text': source('editor-text', 'index.js'),
  'editor-settings': source('editor-settings', 'index.js'),
};
// The form editor has no way to be given its words, so they are put in its place; its own entry for Chinese.
const IN_CHINESE = { 'editor-form-zh': source('editor-form', 'index.js') };
const SETTINGS = {
  format: 'esm',
  splitting: true,
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: 'es2022',
  charset: 'utf8',
  outdir: output,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: 'asset-[hash]',
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
  loader: { '.svg': 'file', '.woff2': 'file', '.woff': 'file', '.ttf': 'file', '.eot': 'file', '.png': 'dataurl' },
  // One preact for the form editor and the panel that it shows.
  alias: { preact: path.join(here, 'node_modules/@bpmn-io/properties-panel/preact') },
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
};
const built = await esbuild.build({ entryPoints: ENTRIES, ...SETTINGS, plugins: [dmnWords()] });
const chinese = await esbuild.build({ entryPoints: IN_CHINESE, ...SETTINGS, plugins: [formWords()] });

/** Entry name -> { js, css: [], chunks: [] }, paths relative to the output folder. */
function entriesOf(metafile, wanted) {
  const relative = (file) => path.relative(output, path.resolve(here, file)).split(path.sep).join('/');
  const entries = {};
  for (const [file, about] of Object.entries(metafile.outputs)) {
    const name = Object.keys(wanted).find((key) => about.entryPoint && path.resolve(here, about.entryPoint) === wanted[key]);
    if (!name || !file.endsWith('.js')) continue;
    const chunks = about.imports.filter((one) => one.kind === 'import-statement').map((one) => relative(one.path));
    entries[name] = { js: relative(file), css: about.cssBundle ? [relative(about.cssBundle)] : [], chunks };
  }
  return entries;
}

/** One SVG with a symbol for every name in src/icons.txt; a name that ends in -filled takes the filled drawing. */
async function sprite() {
  const names = (await readFile(source('icons.txt'), 'utf8')).split('\n').map((line) => line.trim()).filter((line) => line && !line.startsWith('#'));
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length) throw new Error(`src/icons.txt: twice: ${twice.join(', ')}`);
  const symbols = await Promise.all(names.map(symbol));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
}

async function symbol(name) {
  const filled = name.endsWith('-filled');
  const file = path.join(here, 'node_modules/@tabler/icons/icons', filled ? 'filled' : 'outline', `${name.replace(/-filled$/, '')}.svg`);
  await access(file).catch(() => { throw new Error(`src/icons.txt: no icon named ${name}`); });
  const drawing = (await readFile(file, 'utf8')).replace(/<!--.*?-->/gs, '').match(/<svg[^>]*>(.*)<\/svg>/s)[1].replace(/\s+/g, ' ').trim();
  const style = filled ? 'fill="currentColor"' : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${style}>${drawing}</symbol>`;
}

/** What the PDF viewer fetches when a file needs it; the folder carries the version, so what was read once stays right. */
async function pdfParts() {
  const from = path.join(here, 'node_modules/pdfjs-dist');
  const folder = `pdf-${JSON.parse(await readFile(path.join(from, 'package.json'), 'utf8')).version}`;
  // Decoders in JavaScript only: the pages' policy allows no WebAssembly.
  const wanted = (file) => !file.endsWith('.wasm') && !path.basename(file).includes('quickjs');
  for (const part of ['cmaps', 'standard_fonts', 'wasm']) await cp(path.join(from, part), path.join(output, folder, part), { recursive: true, filter: wanted });
  return folder;
}

await mkdir(output, { recursive: true });
const icons = await sprite();
const iconsFile = `icons-${createHash('sha256').update(icons).digest('hex').slice(0, 8).toUpperCase()}.svg`;
await writeFile(path.join(output, iconsFile), icons);
const entries = { ...entriesOf(built.metafile, ENTRIES), ...entriesOf(chinese.metafile, IN_CHINESE) };
await writeFile(path.join(output, 'manifest.json'), `${JSON.stringify({ entries, icons: iconsFile, folders: { pdf: await pdfParts() } }, null, 1)}\n`);
