/**
 * From the end of a tool to the stored verdict: of a whole server with a stand-in for a tool, whose run is short; and of a run of 600 s with
 * five request names, from its last line on. A limit that is missed is told, and the exit code is 1.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Collector } from '../server/metrics/collector.ts';
import { parseLine } from '../server/samples/parse.ts';
import { scriptObjective } from '../server/script/objective.ts';
import { testServer } from '../tests/helpers/server.ts';
import { misbehavingLocust } from '../tests/helpers/tool.ts';
import { benchRun } from './_run.ts';
import { linesOfSecond } from './_stream.ts';

const LIMIT_MS = 250;
/** Of all turns, so many are faster than what is held to the limit. */
const PER_CENT = 95;
const SECONDS = 600;
const RATE = 200;

const folder = await mkdtemp(path.join(tmpdir(), 'settle-'));

/** The tool's last act is to say what time it is; the end is when somebody who watches the run has read its verdict. */
async function wholeServer(turns: number): Promise<number[]> {
  const ended = path.join(folder, 'ended');
  const requests = Array.from({ length: 100 }, (_, i) => `request ${i * 10_000} 5000 ok`).join('\n');
  await using server = await testServer({ sandbox: 'off', tools: await misbehavingLocust(`begin\n${requests}\nsleep 1\nprintf '["end","planned",100,0,0,0,0]\\n' >&3\ndate +%s%3N > ${ended}`) });
  const input = { framework: 'locust', workflow: { definition: '{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{"code":"result = 1"}}],"edges":[]}' }, plan: { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9' }, load: { closed: { stages: [{ durationMs: 0, users: 1 }, { durationMs: 1000, users: 1 }] } } } };
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const { startRun } = await server.query<{ startRun: { id?: string; message?: string } }>('mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ... on Refusal { message } } }', { input });
    const { id } = startRun;
    if (id === undefined) throw new Error(startRun.message);
    for await (const { runState } of server.subscribe<{ runState: { state: string } }>('subscription ($id: ID!) { runState(runId: $id) { state } }', { id })) if (runState.state === 'FINISHED' || runState.state === 'CRASHED') break;
    const { loadTestRun } = await server.query<{ loadTestRun: { verdict: string | null; ending: { cause: string } | null } }>('query ($id: ID!) { loadTestRun(id: $id) { verdict ending { cause } } }', { id });
    const seen = Date.now();
    if (loadTestRun.verdict === null || loadTestRun.ending?.cause !== 'planned_end') throw new Error(`the run ended by ${loadTestRun.ending?.cause}, its verdict is ${loadTestRun.verdict}`);
    times.push(seen - Number(await readFile(ended, 'utf8')));
  }
  return times;
}

async function longRuns(turns: number): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn++) times.push(await longRun(turn));
  return times;
}

async function longRun(turn: number): Promise<number> {
  const run = await benchRun(path.join(folder, `long-${turn}`), SECONDS * 1000);
  const collector = new Collector({ steady: run.plan.steady, warmUpMs: run.plan.warmUpMs, objectives: run.plan.objectives.map(scriptObjective) });
  const startedAt = new Date();
  const save = async (until: number) => {
    const batch = collector.close(until);
    if (batch) await run.row.save(batch, startedAt);
  };
  for (let second = 0; second < SECONDS; second++) {
    for (const text of linesOfSecond(second, RATE)) {
      const line = parseLine(text);
      if (line) collector.add(line);
    }
    if (second < SECONDS - 1) await save(second + 1);
  }
  const from = performance.now();
  await save(collector.end);
  await run.row.settle(
    { cause: 'planned_end', message: 'The plan ran to its end.', exitCode: 0 },
    { iterationsStarted: SECONDS * 400, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: SECONDS * 1000, latenessP99Ms: 0.5, requestsFolded: 0 },
  );
  const stored = await run.stored();
  const ms = performance.now() - from;
  if (stored?.verdict == null || stored.result?.summary.requests !== SECONDS * RATE) throw new Error(`the run was settled with ${stored?.result?.summary.requests} requests and the verdict ${stored?.verdict}`);
  await run.close();
  return ms;
}

const missed: string[] = [];
for (const [what, measure, turns] of [['a short run, from the end of its tool', wholeServer, 20], [`a run of ${SECONDS} s, from its last line`, longRuns, 5]] as const) {
  const times = (await measure(turns)).sort((a, b) => a - b);
  const high = times[Math.ceil((PER_CENT / 100) * times.length) - 1] ?? Number.NaN;
  console.log(`${what}, to the stored verdict: p${PER_CENT} ${high.toFixed(0)} ms of ${times.map((ms) => ms.toFixed(0)).join(', ')}`);
  if (!(high < LIMIT_MS)) missed.push(`MISSED: ${what}, to the stored verdict takes ${high.toFixed(0)} ms, less than ${LIMIT_MS} is asked for`);
}
await rm(folder, { recursive: true });

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
