/** Totals that a tool wrote of a whole run. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bring, runsOf, savedTest, uploaded } from '../helpers/brought.ts';
import { testServer } from '../helpers/server.ts';

const during = 'whole';
const plan = {
  target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' },
  load: { preset: { key: 'constant', users: 2, durationMs: 10_000 } },
  objectives: [{ metric: 'error_ratio', comparison: '<', value: 0.5, during }, { metric: 'latency', statistic: 'p95', comparison: '<', value: 100, during }],
};

test('what holds more values than totals do is refused before it is parsed', async () => {
  await using server = await testServer();
  const loadTestId = await savedTest(server, 'k6', plan);
  for (const unit of ['[],', '[', '{},']) {
    const uploadId = await uploaded(server, gzipSync(`{"root_group":{},"metrics":{"x":[${unit.repeat(2_100_000)}0]}}`));
    expect(await bring(server, { uploadId, loadTestId })).toMatchObject({ code: 'invalid_results', message: expect.stringContaining('far too large') });
  }
  expect(await runsOf(server)).toBe(0);
});

test('of names with an id in each the most frequent ones are kept, and what is judged', async () => {
  await using server = await testServer();
  const loadTestId = await savedTest(server, 'locust', plan);
  const row = (name: string, requests: number) => `GET,${name},${requests},0\n`;
  const text = `Type,Name,Request Count,Failure Count\n${row('execute', 1)}${Array.from({ length: 999 }, (_, i) => row(`/items/${i}`, 2 + i)).join('')}${row('often', 5000)},Aggregated,504500,0\n`;
  const run = await bring(server, { text, loadTestId });
  expect(run.importedFrom?.told).toHaveLength(1 + 200);
  const names = run.importedFrom?.told.map(({ name }) => name);
  for (const name of [null, 'execute', 'often', '/items/998', '/items/801']) expect(names).toContain(name);
  expect(names).not.toContain('/items/800');
  expect(run).toMatchObject({ warnings: expect.arrayContaining([expect.stringContaining('1001 request names')]) });
});

test('of failures with an id in each the most frequent ones are kept', async () => {
  await using server = await testServer();
  const loadTestId = await savedTest(server, 'locust', plan);
  const text = `Method,Name,Error,Occurrences\n${Array.from({ length: 300 }, (_, i) => `GET,execute,no answer ${i},${1 + i}\n`).join('')}`;
  const run = await bring(server, { text, loadTestId });
  expect(run.importedFrom?.told[0]?.failures).toHaveLength(50);
  expect(run.importedFrom?.told[0]?.failures[0]).toEqual({ what: 'no answer 299', count: 300 });
  expect(run).toMatchObject({ warnings: expect.arrayContaining([expect.stringContaining('50 most frequent')]) });
});
