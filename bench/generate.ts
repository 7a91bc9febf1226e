/**
 * From a definition's text to a whole script, against JSON.stringify of the same object in the same process; and how much memory, in a
 * process of its own. A limit that is missed is told, and the exit code is 1.
 */
import { readFileSync } from 'node:fs';
import { generateScript } from '../server/script/generate.ts';
import { parsePlan } from '../server/script/plan.ts';
import { resolvePlan } from '../server/script/resolve.ts';
import { readWorkflow } from '../server/workflow/read.ts';
import { type Framework, frameworks } from '../templates/index.ts';
import { type Limits, missedLimits } from './_limits.ts';
import { bestInTurns, definitionOf, inOwnProcess, MEGABYTE, peak } from './_large.ts';

const { plan } = parsePlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'constant' } } });
if (!plan) throw new Error('the plan of this bench is not valid');
const resolved = resolvePlan(plan);

function generate(framework: Framework, text: string): number {
  const { workflow } = readWorkflow(text);
  if (!workflow) throw new Error('the definition of this bench is not valid');
  return generateScript(framework, workflow, resolved, null).script.files.length;
}

const SIZES: readonly { megabytes: number; limits: Limits }[] = [
  { megabytes: 5, limits: { times: 8, ms: 200, memory: 6 } },
  { megabytes: 9.7, limits: { times: null, ms: 1000, memory: 6 } },
];

const [, , key, file] = process.argv;
const [only] = frameworks.filter((framework) => framework.key === key);
if (only && file) {
  const small = JSON.stringify(definitionOf(2, 1000));
  const text = readFileSync(file, 'utf8');
  generate(only, small);
  const before = peak();
  generate(only, text);
  console.log((peak() - before) / text.length);
} else {
  const missed: string[] = [];
  for (const { megabytes, limits } of SIZES) {
    const definition = definitionOf(500, megabytes * MEGABYTE);
    const text = JSON.stringify(definition);
    const size = `${(text.length / MEGABYTE).toFixed(1)} MB`;
    console.log(`${size}, 500 nodes, 500 secrets`);
    // What is measured is a server that has made scripts before.
    for (let i = 0; i < 5; i++) for (const framework of frameworks) generate(framework, text);
    for (const framework of frameworks) {
      const [stringifyMs = NaN, ms = NaN] = bestInTurns(9, [() => JSON.stringify(definition), () => generate(framework, text)]);
      const memory = Number(inOwnProcess(import.meta.filename, text, framework.key));
      console.log(`  ${framework.name.padEnd(9)} ${ms.toFixed(0).padStart(4)} ms = ${(ms / stringifyMs).toFixed(1)} x JSON.stringify; peak memory ${memory.toFixed(1)} x the definition`);
      missed.push(...missedLimits(`a script for ${framework.name} at ${size}`, limits, { ms, stringifyMs, memory }));
    }
  }
  for (const line of missed) console.error(line);
  if (missed.length > 0) process.exitCode = 1;
}
