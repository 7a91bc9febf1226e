/**
 * From the end of a tool to the stored verdict: of a whole server with a stand-in for a tool, whose run is short; and of a run of 600 s with
 * five request names, from its last line on. A limit that is missed is told, and the exit code is 1.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Collector } from '../server/metrics/collector.ts';
import { parseLine } from '../server/samples/parse.ts';
import { scriptObjective } from '../server/script/objective.ts';
import { testServer } from '../tests/helpers/server.ts';
import { misbehavingLocust } from '../tests/helpers/tool.ts';
import { benchRun } from './_run.ts';
import { linesOfSecond } from './_stream.ts';

const LIMIT_MS = 250;
const SECONDS = 600;
const RATE = 200;
const TURNS = 5;

const folder = await mkdtemp(path.join(tmpdir(), 'settle-'));

/** The tool's last act is to say what time it is. */
async function wholeServer(turn: number): Promise<number> {
  const ended = path.join(folder, `ended-${turn}`);
  const requests = Array.from({ length: 100 }, (_, i) => `request ${i * 20_000} 5000 ok`).join('\n');
  await using server = await testServer({ sandbox: 'off', tools: await misbehavingLocust(`begin\n${requests}\nsleep 2\nprintf '["end","planned",100,0,0,0,0]\\n' >&3\ndate +%s%3N > ${ended}`) });
  const input = { framework: 'locust', workflow: { definition: '{"nodes":[{"id":"a","type":"PythonCodeNode","parameters":{"code":"result = 1"}}],"edges":[]}' }, plan: { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9' }, load: { closed: { stages: [{ durationMs: 0, users: 1 }, { durationMs: 2000, users: 1 }] } } } };
  const { startRun } = await server.query<{ startRun: { id?: string; message?: string } }>('mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ... on Refusal { message } } }', { input });
  if (startRun.id === undefined) throw new Error(startRun.message);
  for (;;) {
    const { loadTestRun } = await server.query<{ loadTestRun: { finishedAt: string | null; ending: { cause: string } | null } }>('query ($id: ID!) { loadTestRun(id: $id) { finishedAt ending { cause } } }', { id: startRun.id });
    if (loadTestRun.finishedAt !== null) {
      if (loadTestRun.ending?.cause !== 'planned_end') throw new Error(`the run ended by ${loadTestRun.ending?.cause}`);
      return Date.parse(loadTestRun.finishedAt) - Number(await readFile(ended, 'utf8'));
    }
    await delay(50);
  }
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
  const ms = performance.now() - from;
  const stored = await run.stored();
  if (stored?.result?.summary.requests !== SECONDS * RATE) throw new Error(`the run was settled with ${stored?.result?.summary.requests} requests`);
  await run.close();
  return ms;
}

const missed: string[] = [];
for (const [what, measure] of [['a short run, from the end of its tool', wholeServer], [`a run of ${SECONDS} s, from its last line`, longRun]] as const) {
  const times: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) times.push(await measure(turn));
  times.sort((a, b) => a - b);
  const median = times[Math.floor(TURNS / 2)] ?? Number.NaN;
  console.log(`${what}, to the stored verdict: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  if (!(median <= LIMIT_MS)) missed.push(`MISSED: ${what}, to the stored verdict takes ${median.toFixed(0)} ms, at most ${LIMIT_MS}`);
}
await rm(folder, { recursive: true });

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
