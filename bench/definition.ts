/**
 * What a definition's text costs before a script is made of it: read, look for secrets, cut them out. Against JSON.stringify of the
 * same object in the same process; a whole script may take 8 times of that. And how much memory, in a process of its own.
 */
import { readFileSync } from 'node:fs';
import { sessionsDefinition } from '../server/workflow/convert.ts';
import { readWorkflow } from '../server/workflow/read.ts';
import { findSecrets, redact } from '../server/workflow/secrets.ts';
import type { Workflow } from '../server/workflow/workflow.ts';
import { best, definitionOf, inOwnProcess, MEGABYTE, peak } from './_large.ts';

function read(text: string): Workflow {
  const { workflow } = readWorkflow(text);
  if (!workflow) throw new Error('the definition of this bench is not valid');
  return workflow;
}

function redacted(workflow: Workflow): string {
  const { found, problems } = findSecrets(workflow);
  if (found.length !== workflow.nodes.length || problems.length > 0) throw new Error('the secrets of this bench are not found');
  return redact(workflow.text, found).text;
}

const [, , file] = process.argv;
if (file === undefined) {
  for (const megabytes of [5, 9.7]) {
    const definition = definitionOf(500, megabytes * MEGABYTE);
    const stringified = best(9, () => JSON.stringify(definition));
    const text = stringified.result;
    const times = (ms: number) => `${ms.toFixed(0).padStart(4)} ms = ${(ms / stringified.ms).toFixed(1)} x`;
    console.log(`${(text.length / MEGABYTE).toFixed(1)} MB, 500 nodes, 500 secrets: JSON.stringify ${stringified.ms.toFixed(1)} ms`);
    const reading = best(9, () => read(text));
    const finding = best(9, () => redacted(reading.result));
    const converting = best(9, () => sessionsDefinition(reading.result, finding.result));
    console.log(`  read ${times(reading.ms)}; find and cut out secrets ${times(finding.ms)}; together ${times(reading.ms + finding.ms)}; convert for sessions ${times(converting.ms)}`);

    console.log(`  ${inOwnProcess(import.meta.filename, text)}`);
  }
} else {
  const text = readFileSync(file, 'utf8');
  const before = peak();
  const kept = redacted(read(text));
  console.log(`peak memory of reading and cutting out: ${((peak() - before) / text.length).toFixed(1)} x the definition (${(kept.length / MEGABYTE).toFixed(1)} MB stay)`);
}
