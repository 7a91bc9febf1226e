/**
 * From a definition's text to a whole script, against JSON.stringify of the same object in the same process: at most 8 times, and 0.2 s
 * at 5 MB, 1 s at 10 MB. And how much memory, in a process of its own: at most 6 times the definition.
 */
import { readFileSync } from 'node:fs';
import { generateScript } from '../server/script/generate.ts';
import { parsePlan } from '../server/script/plan.ts';
import { resolvePlan } from '../server/script/resolve.ts';
import { readWorkflow } from '../server/workflow/read.ts';
import { type Framework, frameworks } from '../templates/index.ts';
import { best, definitionOf, inOwnProcess, MEGABYTE, peak } from './_large.ts';

const { plan } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'constant' } } });
if (!plan) throw new Error('the plan of this bench is not valid');
const resolved = resolvePlan(plan);

function generate(framework: Framework, text: string): number {
  const { workflow } = readWorkflow(text);
  if (!workflow) throw new Error('the definition of this bench is not valid');
  return generateScript(framework, workflow, resolved, null).script.files.length;
}

const [, , key, file] = process.argv;
const [only] = frameworks.filter((framework) => framework.key === key);
if (only && file) {
  const small = JSON.stringify(definitionOf(2, 1000));
  const text = readFileSync(file, 'utf8');
  generate(only, small);
  const before = peak();
  generate(only, text);
  console.log(`${((peak() - before) / text.length).toFixed(1)} x the definition`);
} else {
  for (const megabytes of [5, 9.7]) {
    const definition = definitionOf(500, megabytes * MEGABYTE);
    const { ms: stringifyMs, result: text } = best(9, () => JSON.stringify(definition));
    console.log(`${(text.length / MEGABYTE).toFixed(1)} MB, 500 nodes, 500 secrets: JSON.stringify ${stringifyMs.toFixed(1)} ms`);
    // What is measured is a server that has made scripts before.
    for (let i = 0; i < 5; i++) for (const framework of frameworks) generate(framework, text);
    for (const framework of frameworks) {
      const { ms } = best(7, () => generate(framework, text));
      console.log(`  ${framework.name.padEnd(9)} ${ms.toFixed(0).padStart(4)} ms = ${(ms / stringifyMs).toFixed(1)} x; peak memory ${inOwnProcess(import.meta.filename, text, framework.key)}`);
    }
  }
}
