/**
 * From the bytes that a reporter writes to the rows of each second, through a recorder as a run has it, against JSON.parse of the same lines in
 * the same process; and whether an hour of them needs more memory than its first minutes. A limit that is missed is told, and the exit code is 1.
 */
import { mock } from 'node:test';
import type { Readable } from 'node:stream';
import { readLines } from '../server/samples/lines.ts';
import { afterATenth, held, megabytes, missedFlat } from './_memory.ts';
import { allRead, benchRecorder } from './_recorder.ts';
import { benchPlan } from './_run.ts';
import { beginLine, chunksOf, endLine, linesOfSecond, WRITERS } from './_stream.ts';

const TIMES = 1.5;
/** More than any of the tools makes on one core. */
const RATE = 2000;
/** Short, so that some of them are not disturbed by what else the machine does. */
const SECONDS = 5;
const TURNS = 200;
const HOUR = 3600;

const { resolved: plan } = benchPlan(HOUR * 1000);
// A recorder closes seconds by a timer: here the seconds of the run pass as fast as its lines are read.
mock.timers.enable({ apis: ['setInterval'] });
/** A second is closed a while after its end. */
const CLOSED_AFTER_MS = 600;

type Seconds = Iterable<readonly Buffer[]>;

async function ingest(seconds: Seconds, onSecond?: (second: number) => void): Promise<number> {
  let elapsed = 0;
  let rows = 0;
  const recorder = benchRecorder(plan, {
    now: () => elapsed,
    save: async (batch) => {
      rows += batch.rows.length;
    },
  });
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunksOf([beginLine(Date.now())]);
    let second = 0;
    for (const chunks of seconds) {
      elapsed = (second + 1) * 1000;
      yield* chunks;
      elapsed += CLOSED_AFTER_MS;
      mock.timers.tick(1000);
      onSecond?.(second);
      second += 1;
    }
    yield* chunksOf([endLine(second, RATE)]);
  }
  // As a stream is read, but nothing of it is made in advance: a second is over when its lines were read.
  await recorder.read(Object.assign(stream(), { destroy() {} }) as unknown as Readable);
  await recorder.finish();
  allRead(recorder);
  return rows;
}

async function* bytesOf(seconds: Seconds): AsyncGenerator<Buffer> {
  for (const chunks of seconds) yield* chunks;
}

async function read(seconds: Seconds): Promise<void> {
  for await (const lines of readLines(bytesOf(seconds))) void lines;
}

const missed: string[] = [];
for (const writer of Object.keys(WRITERS) as (keyof typeof WRITERS)[]) {
  const perSecond = Array.from({ length: SECONDS }, (_, second) => linesOfSecond(second, RATE, writer));
  const lines = perSecond.flat();
  const seconds = perSecond.map(chunksOf);
  const rows = await ingest(seconds);
  // Of five names and of the executions; of two phases in the second in which the warm-up ends.
  if (rows > 6 * (SECONDS + 1)) throw new Error(`${SECONDS} s of this bench are ${rows} rows: seconds were closed before their lines were read`);
  const work = [() => lines.forEach((line) => void JSON.parse(line)), () => read(seconds), () => ingest(seconds)];
  const best = work.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < TURNS; turn++)
    for (const [i, run] of work.entries()) {
      const from = performance.now();
      await run();
      best[i] = Math.min(best[i] ?? 0, performance.now() - from);
    }
  const [parsing = NaN, reading = NaN, all = NaN] = best;
  const each = (ms: number) => `${((ms * 1e6) / lines.length).toFixed(0)} ns = ${(ms / parsing).toFixed(2)} x`;
  console.log(`lines of ${writer}, ${Math.round(seconds.flat().reduce((sum, { length }) => sum + length, 0) / lines.length)} bytes, ${RATE} a second: JSON.parse ${((parsing * 1e6) / lines.length).toFixed(0)} ns`);
  console.log(`  bytes to samples ${each(reading)}; bytes to the rows of each second ${each(all)}`);
  if (!(all / parsing <= TIMES)) missed.push(`MISSED: ingest of lines of ${writer} takes ${(all / parsing).toFixed(2)} x JSON.parse, at most ${TIMES} x`);
}

const memory: number[] = [];
function* hour(): Generator<Buffer[]> {
  for (let second = 0; second < HOUR; second++) yield chunksOf(linesOfSecond(second, RATE / 4));
}
const from = performance.now();
const rows = await ingest(hour(), (second) => {
  if (second % (HOUR / 20) === 0) memory.push(held());
});
memory.push(held());
console.log(`an hour of ${RATE / 4} a second in ${((performance.now() - from) / 1000).toFixed(0)} s, ${rows} rows: ${megabytes(afterATenth(memory))} are held after a tenth of it, ${megabytes(memory.at(-1) ?? NaN)} at its end`);
missed.push(...missedFlat('an hour of lines', memory));

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
