/**
 * From the bytes that a reporter writes to the rows of each second, against JSON.parse of the same lines in the same process; and whether an
 * hour of them needs more memory than its first minutes. A limit that is missed is told, and the exit code is 1.
 */
import { Collector } from '../server/metrics/collector.ts';
import { readLines } from '../server/samples/lines.ts';
import { afterATenth, held, megabytes, missedFlat } from './_memory.ts';
import { beginLine, chunksOf, linesOfSecond } from './_stream.ts';

const TIMES = 1.5;
/** More than any of the tools makes on one core. */
const RATE = 2000;
/** Short, so that some of them are not disturbed by what else the machine does. */
const SECONDS = 5;
const TURNS = 300;

const plan = { steady: [[0, 86_400_000]] as const, warmUpMs: 0, objectives: [] };

async function* bytesOf(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
}

/** As a recorder does: what has come is counted, and each second is closed when it is over. Returns how many lines were not read. */
async function ingest(bytes: AsyncIterable<Buffer>, onSecond?: (second: number) => void): Promise<number> {
  const collector = new Collector(plan);
  let unreadable = 0;
  let closed = 0;
  for await (const lines of readLines(bytes)) {
    for (const line of lines) {
      if (line) collector.add(line);
      else unreadable += 1;
    }
    for (; closed < collector.end - 1; closed++) {
      collector.close(closed + 1);
      onSecond?.(closed);
    }
  }
  collector.close(collector.end);
  return unreadable;
}

async function read(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const lines of readLines(bytes)) void lines;
}

const lines = [beginLine(0), ...Array.from({ length: SECONDS }, (_, second) => linesOfSecond(second, RATE)).flat()];
const chunks = chunksOf(lines);
const work = [
  () => lines.forEach((line) => void JSON.parse(line)),
  () => read(bytesOf(chunks)),
  () => ingest(bytesOf(chunks)),
];
if ((await ingest(bytesOf(chunks))) > 0) throw new Error('the lines of this bench are not read');
const best = work.map(() => Number.POSITIVE_INFINITY);
for (let turn = 0; turn < TURNS; turn++)
  for (const [i, run] of work.entries()) {
    const from = performance.now();
    await run();
    best[i] = Math.min(best[i] ?? 0, performance.now() - from);
  }
const [parsing = NaN, reading = NaN, all = NaN] = best;
const each = (ms: number) => `${((ms * 1e6) / lines.length).toFixed(0)} ns = ${(ms / parsing).toFixed(2)} x`;
console.log(`a line of ${Math.round(chunks.reduce((sum, { length }) => sum + length, 0) / lines.length)} bytes, ${RATE} a second: JSON.parse ${((parsing * 1e6) / lines.length).toFixed(0)} ns`);
console.log(`  bytes to samples ${each(reading)}; bytes to the rows of each second ${each(all)}`);
const missed = all / parsing <= TIMES ? [] : [`MISSED: ingest takes ${(all / parsing).toFixed(2)} x JSON.parse, at most ${TIMES} x`];

const HOUR = 3600;
const memory: number[] = [];
async function* hour(): AsyncGenerator<Buffer> {
  yield* chunksOf([beginLine(0)]);
  for (let second = 0; second < HOUR; second++) yield* chunksOf(linesOfSecond(second, RATE / 4));
}
const from = performance.now();
await ingest(hour(), (second) => {
  if (second % (HOUR / 20) === 0) memory.push(held());
});
console.log(`an hour of ${RATE / 4} a second in ${((performance.now() - from) / 1000).toFixed(0)} s: ${megabytes(afterATenth(memory))} are held after a tenth of it, ${megabytes(memory.at(-1) ?? NaN)} at its end`);
missed.push(...missedFlat('an hour of lines', memory));

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
