/** Whatever a tool writes, and however much: what is kept of it is small. */
import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { Cut } from '../../server/samples/cut.ts';
import { readLines } from '../../server/samples/lines.ts';
import { heldBy } from '../helpers/held.ts';

const MEGABYTE = 1_000_000;
const begin = '["begin",1,"k6","2.2.0",1700000000000,{"planHash":"","workflowHash":"","scriptHash":"","plan":{}}]\n';

/** `lines(i)` as chunks of 64 kB, until it gives nothing. */
async function* chunksOf(line: (i: number) => string | null): AsyncGenerator<Buffer> {
  let chunk = begin;
  for (let i = 0, next = line(i); next !== null; next = line(++i)) {
    chunk += next;
    if (chunk.length > 65_536) {
      yield Buffer.from(chunk);
      chunk = '';
    }
  }
  yield Buffer.from(chunk);
}

interface Ingested {
  readonly collector: Collector;
  readonly unreadable: number;
}

async function ingest(bytes: AsyncIterable<Buffer>): Promise<Ingested> {
  const collector = new Collector({ steady: [], warmUpMs: 0, objectives: [] });
  let unreadable = 0;
  for await (const lines of readLines(bytes))
    for (const line of lines) {
      if (line) collector.add(line);
      else unreadable += 1;
    }
  return { collector, unreadable };
}

/** Code, caches and everything that is made once. */
const warm = () => ingest(chunksOf((i) => (i < 20_000 ? `["req",0,"n${i % 300}",7,"ok",200,{"exec":true}]\n` : null)));

describe('what is kept', { timeout: 60_000 }, () => {
  test('of a million names are 200, and nothing of the lines that they stood in', async () => {
    await warm();
    const { bytes, made } = await heldBy(() => ingest(chunksOf((i) => (i < 1_000_000 ? `["req",0,"/users/${i}/a/rather/long/address",7,"ok",200]\n` : null))));
    expect(made.collector.folded).toBe(1_000_000 - 200);
    // The histograms of 201 names, 16 kB each, are most of it.
    expect(bytes).toBeLessThan(5 * MEGABYTE);
  });
  test('of names that are not written as usual neither', async () => {
    await warm();
    const { bytes, made } = await heldBy(() => ingest(chunksOf((i) => (i < 100_000 ? `["req", 0, "/users/${i}/a/rather/long/address", 7, "ok", 200]\n` : null))));
    expect(made.collector.folded).toBe(100_000 - 200);
    expect(bytes).toBeLessThan(5 * MEGABYTE);
  });
  test('of names that come once in a while is not the chunk that each came in', async () => {
    await warm();
    const reader = readLines(chunksOf((i) => (i < 300_000 ? `["req",0,"${i % 1000 === 0 ? `/users/${i}` : 'execute'}",7,"ok",200]\n` : null)));
    const { bytes } = await heldBy(async () => {
      for (let read = 0; read < 290_000; read += (await reader.next()).value?.length ?? 0);
    });
    expect(bytes).toBeLessThan(MEGABYTE);
    await reader.return(undefined);
  });
  test('of long details are 200 characters each', async () => {
    await warm();
    const outcomes = ['other', 'reset', 'dns', 'tls', 'auth', 'timeout', 'refused', 'limited'];
    const { bytes, made } = await heldBy(() => ingest(chunksOf((i) => (i < 80 ? `["req",${i * 1_000_000},"execute",7,"${outcomes[i % 8]}",0,{"detail":"${'x'.repeat(900_000)}${i}"}]\n` : null))));
    expect(made.collector.close(80)?.rows.flatMap(({ examples }) => Object.values(examples).map((text) => text.length))).toEqual(Array(80).fill(200));
    expect(bytes).toBeLessThan(MEGABYTE);
  });
  test('of 300 MB without a line is nothing', async () => {
    await warm();
    const rubbish = Buffer.alloc(65_536, '["req",1,"');
    async function* endless() {
      yield Buffer.from(begin);
      for (let i = 0; i < 300 * MEGABYTE; i += rubbish.length) yield rubbish;
      yield Buffer.from('\n["req",0,"execute",7,"ok",200]\n');
    }
    const { bytes, made } = await heldBy(() => ingest(endless()));
    expect(made.unreadable).toBe(1);
    expect(made.collector.end).toBe(1);
    expect(bytes).toBeLessThan(MEGABYTE);
  });
  test('of a line that comes a byte at a time is the line, and of one that is over nothing', async () => {
    const cut = new Cut();
    const bit = Buffer.from('x');
    const line = await heldBy(async () => {
      for (let i = 0; i < MEGABYTE; i++) cut.add(bit, 2 * MEGABYTE);
    });
    expect(line.bytes).toBeLessThan(2.5 * MEGABYTE);
    const over = await heldBy(async () => cut.take(2 * MEGABYTE)?.length);
    expect(over.made).toBe(MEGABYTE);
    expect(over.bytes).toBeLessThan(-MEGABYTE / 2);
  });
});
