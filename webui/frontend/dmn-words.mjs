// Two words of dmn-js's function editor do not go through its own translation; at build time they are made to.
import { readFile } from 'node:fs/promises';

const FILE = /dmn-js-boxed-expression[\\/]lib[\\/]features[\\/]element-variable[\\/]components[\\/]ElementVariableEditorComponent\.js$/;
const WORDS = ['Result', 'Result type'];

export function dmnWords() {
  return {
    name: 'dmn-words',
    setup(build) {
      build.onLoad({ filter: FILE }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const word of WORDS) {
          const written = `createTextVNode("${word}")`;
          if (!contents.includes(written)) throw new Error(`${path}: no ${written}`);
          contents = contents.replaceAll(written, `createTextVNode(translate("${word}"))`);
        }
        return { contents, loader: 'js' };
      });
    },
  };
}
