// The form as staff will see it, drawn by the server from what is in the editor now.
import { english, words } from './words.js';
import { post } from './server.js';

/** Shows `schema` (text) in `pane`; language and task are chosen inside and kept. */
export async function showPreview(pane, address, schema) {
  const state = (pane.preview ??= { language: english ? 'en' : 'zh', use: '' });
  Object.assign(state, { schema, number: (state.number ?? 0) + 1 });
  const mine = state.number;
  pane.setAttribute('aria-busy', 'true');
  const { status, told } = await post(`${address}&language=${state.language}&use=${encodeURIComponent(state.use)}`, schema);
  if (mine !== state.number) return;
  pane.removeAttribute('aria-busy');
  if (status !== 200 && status !== 422) {
    pane.textContent = words.previewFailed;
    return;
  }
  const top = pane.scrollTop;
  pane.innerHTML = told.text;
  pane.scrollTop = top;
  for (const button of pane.querySelectorAll('[data-preview-language]')) {
    button.onclick = () => { state.language = button.dataset.previewLanguage; showPreview(pane, address, state.schema); };
  }
  const use = pane.querySelector('[data-preview-use]');
  if (use) use.onchange = () => { state.use = use.value; showPreview(pane, address, state.schema); };
}
