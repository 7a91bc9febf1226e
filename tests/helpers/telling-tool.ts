/** A program that stands where Locust is expected, and tells the lines of a whole plan at once: a run of minutes in no time. */
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Telling {
  /** Of each execution it tells so many times what it took. Default 1. */
  readonly slower?: number;
  /** Every other one is of a baseline, which is not slower. */
  readonly alternates?: boolean;
  /** Instead of lines. */
  readonly breaks?: string;
  /** When all lines are written. */
  readonly breaksAfterwards?: string;
  /** One for each 100 ms. */
  readonly seconds: number;
}

/** @returns its path. The plan is open, of 10 per second. */
export async function tellingLocust({ slower = 1, alternates = false, breaks, breaksAfterwards = '', seconds }: Telling): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'telling-')), 'locust');
  await writeFile(
    file,
    `#!/usr/bin/env node
const { readFileSync, writeFileSync } = require('node:fs');
if (process.argv[2] === '--version') console.log('locust 2.47.0 from here (Python 3.11.7)');
else if (${JSON.stringify(breaks ?? '')} !== '') {
  console.error(${JSON.stringify(breaks ?? '')});
  process.exitCode = 1;
} else {
  const plan = JSON.parse(readFileSync('plan.json', 'utf8'));
  const made = (what) => new RegExp('"?' + what + '_?[hH]ash"?[:=] ?"([0-9a-f]{64})"').exec(readFileSync('loadtest.py', 'utf8'))?.[1];
  const n = ${seconds * 10};
  const isBaseline = (i) => ${alternates} && i % 2 === 1;
  const took = (i) => Math.round((isBaseline(i) ? 1 : ${slower}) * (20_000 + 5_000 * Math.abs(Math.sin(i * 12.9898))));
  const lines = [
    ['begin', 1, 'locust', '2.47.0', Date.now() + Math.random(), { planHash: made('plan'), workflowHash: made('workflow'), scriptHash: 'c', plan, ${alternates ? "baselineHash: made('baseline'), " : ''}host: { os: 'linux', cpus: 2 } }],
    ...Array.from({ length: n }, (_, i) => ['req', i * 100_000, isBaseline(i) ? 'baseline' : 'execute', took(i), 'ok', 200, { ...(isBaseline(i) ? {} : { exec: true }), startLagMicros: 0 }]),
    ['end', 'planned', n, 0, 0, 0, 0],
  ];
  writeFileSync(process.env.LOAD_TEST_SAMPLES, lines.map((line) => JSON.stringify(line) + '\\n').join(''));
  console.log('what the tool prints, and ' + process.env.LT_TOKEN);
  if (${JSON.stringify(breaksAfterwards)} !== '') {
    console.error(${JSON.stringify(breaksAfterwards)});
    process.exitCode = 1;
  }
}
`,
  );
  await chmod(file, 0o755);
  return file;
}
