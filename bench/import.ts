/**
 * Results that were made elsewhere: our own sample lines to the rows that are stored, and the lines that k6 writes by itself, against JSON.parse
 * of the same lines in the same process. A limit that is missed is told, and the exit code is 1.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Gathered } from '../server/run/import/gather.ts';
import { readLines } from '../server/samples/lines.ts';
import { csv } from '../templates/k6/results/csv.ts';
import { ndjson } from '../templates/k6/results/ndjson.ts';
import type { LinesFormat } from '../templates/results.ts';
import { afterATenth, held, megabytes, missedFlat } from './_memory.ts';
import { benchPlan } from './_run.ts';
import { beginLine, chunksOf, endLine, linesOfSecond } from './_stream.ts';

/** Short ones, so that some of them are not disturbed by what else the machine does. */
const TURNS = 300;
const TIMES = 4;
const LF = 10;
/** Requests of a result of ten minutes, and how long their lines may take. */
const REQUESTS = 1_000_000;
const SECONDS = 600;
const MOST_SECONDS = 3;

const missed: string[] = [];

/** What k6 wrote of a real run, so often that it is a longer one: what it says once of each metric comes once. */
function realLines(name: string): Buffer {
  const one = gunzipSync(readFileSync(new URL(`../tests/fixtures/results/k6/${name}.gz`, import.meta.url)));
  const first = one.subarray(0, one.indexOf(LF) + 1);
  const others = name.includes('.csv') ? one.subarray(first.length) : Buffer.from(one.toString().replace(/^\{"type":"Metric".*\n/gm, ''));
  return Buffer.concat([first, ...Array.from({ length: TIMES }, () => others)]);
}

const chunked = (bytes: Buffer) => Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536));

/** @returns lines that are told, of requests and of users */
function read(format: LinesFormat, chunks: readonly Buffer[]): number {
  const reader = format.reader();
  return chunks.reduce((sum, chunk) => sum + reader.read(chunk).length, 0) + reader.end().lines.length;
}

/** Milliseconds, each the best of its turns. */
function best(work: readonly (() => unknown)[]): number[] {
  const least = work.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < TURNS; turn++)
    for (const [i, run] of work.entries()) {
      const from = performance.now();
      run();
      least[i] = Math.min(least[i] ?? 0, performance.now() - from);
    }
  return least;
}

const json = realLines('ndjson.json');
const lines = json.toString().trimEnd().split('\n');
const metricLast = Buffer.from(lines.map((line) => `${line.replace(/^\{"metric":("\w+"),(.*)\}$/, '{$2,"metric":$1}')}\n`).join(''));
// Users and iterations are not written unless k6 is asked for them.
const rows = Buffer.from(realLines('unix.csv').toString().replace(/,(?:iter=\d+&vu=\d+|vu=\d+&iter=\d+)$/gm, ','));
// One format after the other, as a server reads them.
const works = [
  ['k6 NDJSON', ndjson, chunked(json), 202 + 10, 5],
  // Its metric is known at the end of the line only.
  ['k6 NDJSON up to 0.40', ndjson, chunked(metricLast), 202 + 10, 4],
  ['k6 CSV', csv, chunked(rows), 125, null],
] as const;
for (const [name, format, chunks, each, leastTimes] of works) {
  const [parsing = Number.NaN, ms = Number.NaN] = best([() => lines.forEach((line) => void JSON.parse(line)), () => read(format, chunks)]);
  if (read(format, chunks) !== TIMES * each) throw new Error(`${read(format, chunks)} lines of ${name} are told, and there are ${TIMES * each}`);
  const rate = `${name}: ${Math.round(chunks.reduce((sum, { length }) => sum + length, 0) / ms / 1000)} MB a second`;
  if (leastTimes === null) console.log(rate);
  else {
    const times = parsing / ms;
    console.log(`${rate}, ${times.toFixed(1)} times as fast as JSON.parse of every line (${((parsing * 1e6) / lines.length).toFixed(0)} ns each)`);
    if (!(times >= leastTimes)) missed.push(`MISSED: ${name} is read ${times.toFixed(1)} times as fast as JSON.parse, at least ${leastTimes} times`);
  }
}

const memory: number[] = [];
const PARTS = 100;
const reader = ndjson.reader();
for (let part = 0; part < PARTS; part++) {
  for (const chunk of chunked(json)) reader.read(chunk);
  memory.push(held());
}
console.log(`${Math.round((PARTS * json.length) / 1e6)} MB of k6 NDJSON: ${megabytes(afterATenth(memory))} are held after a tenth of it, ${megabytes(memory.at(-1) ?? Number.NaN)} at its end`);
missed.push(...missedFlat('reading k6 NDJSON', memory));

/** Seconds from the bytes to the rows of each second, without those in which the bytes were made. */
async function ownLines(): Promise<number> {
  const { resolved: plan } = benchPlan(SECONDS * 1000);
  const perSecond = Math.ceil(REQUESTS / SECONDS);
  let making = 0;
  async function* bytes(): AsyncGenerator<Buffer> {
    yield* chunksOf([beginLine(0)]);
    for (let second = 0; second < SECONDS; second++) {
      const from = performance.now();
      const chunks = chunksOf(linesOfSecond(second, perSecond, 'k6'));
      making += performance.now() - from;
      yield* chunks;
    }
    yield* chunksOf([endLine(SECONDS, perSecond)]);
  }
  const gathered = new Gathered(plan, true);
  const from = performance.now();
  let stored = 0;
  for await (const some of readLines(bytes())) for (const line of some) for (const batch of gathered.add(line)) stored += batch.rows.length;
  for (const batch of gathered.rest()) stored += batch.rows.length;
  const seconds = (performance.now() - from - making) / 1000;
  if (gathered.unreadable > 0 || !gathered.end || stored < 6 * SECONDS) throw new Error(`${gathered.unreadable} lines of this bench are not read, ${stored} rows`);
  console.log(`${SECONDS * perSecond} requests of ${SECONDS} s by sample lines: ${seconds.toFixed(1)} s to ${stored} rows`);
  return seconds;
}

const seconds = Math.min(await ownLines(), await ownLines());
if (!(seconds <= MOST_SECONDS)) missed.push(`MISSED: the sample lines of ${REQUESTS} requests take ${seconds.toFixed(1)} s, at most ${MOST_SECONDS} s`);

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
