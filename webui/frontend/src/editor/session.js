// One open file: saved by itself soon after every change, never over somebody else's version, never lost while the server is away.
import * as drafts from './drafts.js';
import { defaultsOf, losses } from './lossless.js';
import { button, clear, handOut, notice } from './notices.js';
import { post, readFile } from './server.js';
import { words } from './words.js';

const SAVE_AFTER = 1200, WATCH_EVERY = 15_000, RETRY_AFTER = 5000;

export class Session {
  /** `serialize` promises the file's text as it is in the editor. */
  constructor(box, serialize) {
    this.pack = box.dataset.pack;
    this.file = box.dataset.file;
    this.addresses = JSON.parse(box.dataset.addresses);
    this.revision = Number(box.dataset.revision);
    this.content = serialize;
    this.changes = 0;
    this.savedChanges = 0;
    this.stopped = '';
    this.listeners = { saved: [], changed: [] };
    addEventListener('beforeunload', (event) => this.leave(event));
    addEventListener('online', () => this.save());
    addEventListener('focus', () => this.stopped === 'signed-out' && this.goOn());
    addEventListener('keydown', (event) => this.shortcut(event), true);
    setInterval(() => this.watch(), WATCH_EVERY);
  }

  onSaved(listener) { this.listeners.saved.push(listener); }

  onChanged(listener) { this.listeners.changed.push(listener); }

  get dirty() { return this.changes !== this.savedChanges; }

  /** The text to open: the server's, or what this computer kept of it. */
  async open() {
    const { text, revision } = await readFile(this.addresses.content);
    this.revision = revision;
    this.opened = text;
    const draft = drafts.kept(this.pack, this.file);
    this.tell('opened', words.opened);
    this.watch();
    if (!draft || draft.text === text) return text;
    const drop = [words.drop, () => { drafts.forget(this.pack, this.file); this.reload(); }];
    const mine = [words.mine, () => handOut(this.file, draft.text)];
    if (draft.revision !== revision) {
      notice('draft', 'warn', words.staleDraft, '', [mine, drop]);
      return text;
    }
    notice('draft', 'good', words.restored, '', [drop]);
    queueMicrotask(() => this.changed());
    return draft.text;
  }

  /** Says why nothing can be saved: what the editor did not understand would be lost. */
  block(lines, title = words.warnings) {
    this.stopped = 'blocked';
    this.tell('blocked', words.blocked);
    notice('blocked', 'bad', title, '', [[words.asText, () => location.assign(this.addresses.text)], [words.original, this.addresses.download]], lines);
  }

  /** The file as the library would write it back, against what was opened: what it would drop blocks, comments are told. */
  guard(written, moddle) {
    const { lines, comments } = losses(this.opened, written, defaultsOf(moddle));
    if (lines.length) this.block(lines);
    else if (comments) notice('comments', 'warn', words.comments, words.commentsText, [[words.asText, () => location.assign(this.addresses.text)]]);
  }

  changed() {
    this.changes += 1;
    if (this.stopped === 'blocked') return;
    if (!this.stopped) this.tell('dirty', words.dirty);
    if (!this.announced) {
      this.announced = true;
      setTimeout(() => { this.announced = false; this.listeners.changed.forEach((listener) => listener()); });
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  async save() {
    if (!this.dirty || this.stopped) return;
    if (this.saving) return void (this.again = true);
    this.saving = true;
    const mark = this.changes;
    try {
      const text = await this.content();
      drafts.keep(this.pack, this.file, text, this.revision);
      this.tell('saving', words.saving);
      await this.answered(await post(`${this.addresses.save}&expected=${this.revision}`, text), mark, text);
    } catch (problem) {
      this.unwritten(problem);
    } finally {
      this.saving = false;
    }
    if (this.again) {
      this.again = false;
      this.save();
    }
  }

  /** The editor could not say what to save: because the server was away, or because something is wrong in it. */
  unwritten(problem) {
    if (problem.away) return this.later();
    console.error(problem);
    this.tell('blocked', words.blocked);
    notice('save', 'bad', words.blocked, String(problem.message ?? problem));
  }

  later() {
    this.tell('offline', words.offline);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), RETRY_AFTER);
  }

  async answered({ status, told }, mark, text) {
    if (status === 200) return this.done(told, mark);
    if (status === 409) return this.conflict(told, text);
    if (status === 401) return this.signedOut();
    if (status === 422 || status === 404 || status === 403 || status === 413) {
      this.tell('blocked', words.blocked);
      const lines = (told.findings ?? []).map((one) => [one.line ? words.line(one.line) : '', one.message, one.proposal].filter(Boolean).join(' · '));
      return notice('save', 'bad', told.title ?? words.blocked, lines.length ? '' : told.text, [[words.mine, () => handOut(this.file, text)]], lines);
    }
    this.later();
  }

  done(told, mark) {
    this.revision = told.revision;
    this.savedChanges = mark;
    clear('save');
    clear('draft');
    clear('changed');
    if (!this.dirty) drafts.forget(this.pack, this.file);
    this.tell('saved', words.saved(told.at));
    this.listeners.saved.forEach((listener) => listener(this.revision));
  }

  signedOut() {
    this.stopped = 'signed-out';
    this.tell('blocked', words.blocked);
    notice('signed-out', 'warn', words.signedOut, '', [[words.signIn, '/sign-in']]);
  }

  goOn() {
    this.stopped = '';
    clear('signed-out');
    this.save();
  }

  /** Somebody was faster: nothing is overwritten, and both versions can be had. */
  conflict(told, text) {
    this.stopped = 'conflict';
    this.tell('blocked', words.blocked);
    const theirs = told.error === 'working_file_changed' || told.error === 'working_file_exists';
    const keepMine = () => {
      this.revision = told.revision;
      this.stopped = '';
      clear('conflict');
      this.save();
    };
    const actions = [[words.mine, async () => handOut(this.file, await this.content().catch(() => text))]];
    if (theirs) actions.push([words.theirs, async () => handOut(this.file, (await readFile(this.addresses.content)).text)]);
    if (theirs) actions.push([words.reload, () => { drafts.forget(this.pack, this.file); this.reload(); }], [words.keepMine, keepMine]);
    const title = theirs ? words.conflict(told.by_name, told.at) : told.title;
    clear('changed');
    notice('conflict', 'bad', title, theirs ? words.conflictText : told.text, actions);
  }

  async watch() {
    const { status, told } = await post(this.addresses.watch, '');
    if (status !== 200) return;
    const others = told.others.map(({ name, file }) => (file === this.file ? name : `${name} (${file})`));
    document.getElementById('editor-people').textContent = others.length ? words.here(others.join(', ')) : '';
    if (this.saving || this.stopped || told.revision === this.revision) return;
    if (told.revision === null) notice('changed', 'warn', words.gone(told.by_name, told.at), '', [[words.mine, async () => handOut(this.file, await this.content())]]);
    else if (told.revision > this.revision) notice('changed', 'warn', words.changed(told.by_name, told.at), words.changedText, [[words.reload, () => this.reload()]]);
  }

  reload() {
    this.savedChanges = this.changes;
    location.reload();
  }

  leave(event) {
    if (!this.dirty || this.stopped === 'blocked') return;
    event.preventDefault();
    this.save();
  }

  shortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    clearTimeout(this.timer);
    this.save();
  }

  tell(state, text) {
    const place = document.getElementById('editor-state');
    place.dataset.state = state;
    place.textContent = text;
  }
}

/** Buttons of the bar above: [[label, act]]; answers them. */
export function tools(entries) {
  const made = entries.map(([label, act]) => button(label, act));
  document.getElementById('editor-tools').append(...made);
  return made;
}
