/**
 * An hour of a run at ten times its speed, which takes six minutes: lines through a recorder into an embedded database, a transaction a second
 * of the run. Whether it needs more memory at its end than in its beginning, or could not keep up, is told; the exit code is 1 then.
 *
 *   node --expose-gc bench/soak.ts 600     ten minutes of a run, which take one
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterATenth, held, megabytes, missedFlat } from './_memory.ts';
import { allRead, benchRecorder } from './_recorder.ts';
import { benchRun } from './_run.ts';
import { beginLine, chunksOf, endLine, linesOfSecond } from './_stream.ts';

const SPEED = 10;
const RATE = 500;
const SECONDS = Number(process.argv[2] ?? 3600);
/** So often memory is looked at. */
const LOOKS = 20;
/** A machine that is slower than this does not soak at that speed. */
const LATE = 1.1;

const folder = await mkdtemp(path.join(tmpdir(), 'soak-'));
const run = await benchRun(path.join(folder, 'database'), SECONDS * 1000);
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
    if (second >= (memory.length * SECONDS) / LOOKS) {
      memory.push(held());
      rss.push(process.memoryUsage.rss());
    }
  }
  yield* chunksOf([endLine(SECONDS, RATE)]);
}

let batches = 0;
const recorder = benchRecorder(run.plan, {
  now,
  async save(batch, startedAt) {
    await run.row.save(batch, startedAt);
    batches += 1;
  },
});
await recorder.read(Readable.from(stream(), { objectMode: false }));
await recorder.finish();
memory.push(held());
allRead(recorder);
const tookSeconds = (performance.now() - from) / 1000;
await run.close();
await rm(folder, { recursive: true });

console.log(`${SECONDS} s of a run with ${RATE} requests a second in ${tookSeconds.toFixed(0)} s, ${batches} batches stored`);
console.log(`  held: ${memory.map(megabytes).join(', ')}`);
console.log(`  resident: ${rss.map(megabytes).join(', ')}; ${megabytes(afterATenth(rss))} after a tenth`);
const missed = missedFlat(`a run of ${SECONDS} s`, memory);
if (!(tookSeconds <= (SECONDS / SPEED) * LATE)) missed.push(`MISSED: ${SECONDS} s of a run took ${tookSeconds.toFixed(0)} s, at most ${((SECONDS / SPEED) * LATE).toFixed(0)}`);
for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
