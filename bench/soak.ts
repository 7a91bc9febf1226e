/**
 * A long run at ten times its speed: lines through a recorder into an embedded database, a transaction a second of the run. Whether it needs
 * more memory at its end than in its beginning is told; the exit code is 1 then.
 *
 *   node --expose-gc bench/soak.ts 3600     an hour of a run, which takes six minutes; without a number ten minutes of one, which take one
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Collector, phaseAt } from '../server/metrics/collector.ts';
import { Recorder } from '../server/run/recorder.ts';
import { scriptObjective } from '../server/script/objective.ts';
import { afterATenth, held, megabytes, missedFlat } from './_memory.ts';
import { benchRun } from './_run.ts';
import { beginLine, chunksOf, linesOfSecond } from './_stream.ts';

const SPEED = 10;
const RATE = 500;
const SECONDS = Number(process.argv[2] ?? 600);
/** So often memory is looked at. */
const LOOKS = 20;

const folder = await mkdtemp(path.join(tmpdir(), 'soak-'));
const run = await benchRun(path.join(folder, 'database'), SECONDS * 1000);
const { steady, warmUpMs, objectives } = run.plan;
const from = performance.now();
/** Of the run. */
const now = () => (performance.now() - from) * SPEED;

const memory: number[] = [];
const rss: number[] = [];
async function* stream(): AsyncGenerator<Buffer> {
  yield* chunksOf([beginLine(Date.now())]);
  for (let second = 0; second < SECONDS; second++) {
    await delay(Math.max(0, ((second + 1) * 1000 - now()) / SPEED));
    yield* chunksOf(linesOfSecond(second, RATE));
    if (second % (SECONDS / LOOKS) === 0) {
      memory.push(held());
      rss.push(process.memoryUsage.rss());
    }
  }
  yield Buffer.from(`${JSON.stringify(['end', 'planned', SECONDS * 400, 0, 0, 0, 0])}\n`);
}

const troubles: unknown[] = [];
let batches = 0;
const recorder = new Recorder({
  collector: new Collector({ steady, warmUpMs, objectives: objectives.map(scriptObjective) }),
  now,
  isSteady: (atMs) => phaseAt({ steady, warmUpMs }, atMs) === 'steady',
  usage: () => ({ cpuRatio: 0.5, memoryBytes: 100_000_000 }),
  onBegin: async () => {},
  onLines() {},
  onClosed() {},
  async save(batch, startedAt) {
    await run.row.save(batch, startedAt);
    batches += 1;
  },
  onTrouble: (error) => void troubles.push(error),
});
await recorder.read(Readable.from(stream(), { objectMode: false }));
await recorder.finish();
memory.push(held());
if (troubles.length > 0 || recorder.unreadable > 0 || !recorder.end) throw new Error(`the run had trouble: ${recorder.unreadable} lines were not read, ${troubles.length} failures`, { cause: troubles[0] });
await run.close();
await rm(folder, { recursive: true });

console.log(`${SECONDS} s of a run with ${RATE} requests a second in ${((performance.now() - from) / 1000).toFixed(0)} s, ${batches} batches stored`);
console.log(`  held: ${memory.map(megabytes).join(', ')}`);
console.log(`  resident: ${rss.map(megabytes).join(', ')}; ${megabytes(afterATenth(rss))} after a tenth`);
const missed = missedFlat(`a run of ${SECONDS} s`, memory);
for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
