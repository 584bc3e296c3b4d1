// Reads diagrams and decisions as the editors do and writes them again: node roundtrip.mjs FILE… → JSON { file: { xml, warnings } }.
import { readFile } from 'node:fs/promises';
import { BpmnModdle } from 'bpmn-moddle';
import { DmnModdle } from 'dmn-moddle';

const zeebe = JSON.parse(await readFile(new URL('node_modules/zeebe-bpmn-moddle/resources/zeebe.json', import.meta.url), 'utf8'));
const answers = {};
for (const file of process.argv.slice(2)) {
  const text = await readFile(file, 'utf8');
  const moddle = file.endsWith('.dmn') ? new DmnModdle() : new BpmnModdle({ zeebe });
  const root = file.endsWith('.dmn') ? 'dmn:Definitions' : 'bpmn:Definitions';
  try {
    const { rootElement, warnings } = await moddle.fromXML(text, root);
    const { xml } = await moddle.toXML(rootElement, { format: true });
    answers[file] = { xml, warnings: warnings.map((one) => one.message) };
  } catch (problem) {
    answers[file] = { xml: '', warnings: [problem.message] };
  }
}
process.stdout.write(JSON.stringify(answers));
