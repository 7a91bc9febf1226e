/** What a script must print at its end, from the very lines that it wrote: by the shared rules, as a server would. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ScriptPlan } from '../../templates/framework.ts';
import { fourth } from '../fourth/index.ts';
import { scriptInput, writeBundle } from './bundle.ts';
import type { Run } from './conformance.ts';

const folder = await writeBundle(fourth.generate(scriptInput('http://127.0.0.1:1')));
// biome-ignore lint/suspicious/noExplicitAny: a constant file of the bundles
const { newVerdict } = (await import(pathToFileURL(path.join(folder, 'instrument/verdict.js')).href)) as any;
await rm(folder, { recursive: true });

/** @param broken number of the objective that stopped the test */
export function judged(plan: ScriptPlan, { requests, executions, end }: Run, broken: number | null = null): { verdict: string; lines: string[] } {
  const verdict = newVerdict(plan);
  for (const { name, startMicros, durationMicros, outcome, extra } of requests) {
    verdict.add(name, startMicros, durationMicros, outcome);
    if (extra.exec) verdict.add(null, startMicros, durationMicros, outcome);
    if (extra.checks) verdict.addChecks(startMicros, durationMicros, extra.checks[0], extra.checks[1].length);
  }
  for (const { startMicros, durationMicros, outcome } of executions) verdict.add(null, startMicros, durationMicros, outcome);
  const { cause, linesLost = 0, inFlight, interrupted, iterationsStarted } = end ?? {};
  return verdict.end({ cutShort: cause !== 'planned', linesLost: linesLost > 0, inFlight, interrupted, iterationsStarted, broken });
}
