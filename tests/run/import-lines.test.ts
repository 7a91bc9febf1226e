/** Lines that a tool wrote of each request: as good as our own, but for what the tool does not tell. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bring, k6Point, k6Request, runsOf, savedTest, uploaded } from '../helpers/brought.ts';
import { testServer } from '../helpers/server.ts';

const plan = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'constant', users: 2, durationMs: 10_000 } }, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 100 }] };
const times = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).join('');
/** Ten seconds of ten requests. */
const k6 = times(99, (i) => k6Request(i * 100, 20)) + k6Point('vus', 9990, 2);

test('the requests named execute are the executions', async () => {
  await using server = await testServer();
  const loadTestId = await savedTest(server, 'k6', plan);
  expect(await bring(server, { text: k6, loadTestId })).toMatchObject({
    verdict: 'PASSED',
    summary: { executions: 99, requests: 99 },
    // Of what stands in an answer k6 tells nothing.
    warnings: [expect.stringContaining('by the status alone')],
  });
});

test('where executions are polled for, the answer that the work has begun is none', async () => {
  await using server = await testServer();
  const objectives = plan.objectives.map((objective) => ({ ...objective, during: 'whole' }));
  const loadTestId = await savedTest(server, 'k6', { ...plan, objectives, target: { preset: 'gateway', baseUrl: 'http://127.0.0.1:8000', workflowName: 'prices', mode: 'async' } });
  const text = times(99, (i) => k6Request(i * 100, 5) + k6Request(i * 100 + 50, 5, 'poll')) + k6Point('vus', 9990, 2);
  expect(await bring(server, { text, loadTestId })).toMatchObject({ verdict: 'NOT_EVALUATED', summary: { executions: 0, requests: 198 } });
  const summary = JSON.stringify({ root_group: {}, metrics: { 'http_reqs{name:execute}': { count: 400, rate: 40 }, 'http_req_duration{name:execute}': { 'p(95)': 5 }, 'http_req_failed{name:execute}': { passes: 0, fails: 400, value: 0 } } });
  expect(await bring(server, { text: summary, loadTestId })).toMatchObject({ verdict: 'NOT_EVALUATED', objectives: expect.arrayContaining([expect.objectContaining({ metric: 'latency', reasonCode: 'no_samples' })]) });
});

test('of starts that the tool left out nobody knows whether the target or the tool was too slow', async () => {
  await using server = await testServer();
  const loadTestId = await savedTest(server, 'k6', { ...plan, load: { preset: { key: 'constant', ratePerSecond: 10, durationMs: 10_000 } } });
  const text = times(60, (i) => k6Request(i * 166, 20) + k6Point('iterations', i * 166 + 20, 1)) + times(40, (i) => k6Point('dropped_iterations', 9000 + i, 1));
  const run = await bring(server, { text, loadTestId });
  expect(run).toMatchObject({ verdict: 'NOT_EVALUATED', objectives: [expect.objectContaining({ reasonCode: 'load_missed', reason: expect.stringContaining('is not known') }), expect.anything()] });
});

test('a file of which most lines are none is refused', async () => {
  await using server = await testServer();
  const loadTestId = await savedTest(server, 'k6', plan);
  const csv = `metric_name,timestamp,metric_value,name,status\n${times(9000, (i) => `http_req_duration,${1795593584 + (i % 9)},20,execute,200\n`)}`;
  for (const [begin, unit] of [[k6, '\n'], [k6, `{${'x'.repeat(40)}\n`], [csv, 'http_req_duration,x\n']] as const) {
    const uploadId = await uploaded(server, gzipSync(begin + unit.repeat(100_000)));
    expect(await bring(server, { uploadId, loadTestId })).toMatchObject({ code: 'invalid_results', message: expect.stringContaining('most of its lines are none') });
  }
  expect(await runsOf(server)).toBe(0);
  // A few between them are counted, and no more.
  expect(await bring(server, { text: k6 + 'warning\n'.repeat(200), loadTestId })).toMatchObject({ verdict: 'NOT_EVALUATED', summary: { executions: 99, linesUnreadable: 200 } });
});

test('brought again, packed or as a text, they are the same run; for another test another one, judged by its plan', async () => {
  await using server = await testServer();
  const loadTestId = await savedTest(server, 'k6', plan);
  const one = await bring(server, { text: k6, loadTestId });
  for (const body of [k6, gzipSync(k6)]) expect((await bring(server, { uploadId: await uploaded(server, body), loadTestId })).id).toBe(one.id);
  const strict = await savedTest(server, 'k6', { ...plan, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 10 }] });
  expect(await bring(server, { text: k6, loadTestId: strict })).toMatchObject({ verdict: 'FAILED', loadTest: { id: strict } });
});

test('of requests of which none is named execute it is said that nobody can tell which run the workflow, and which there are', async () => {
  await using server = await testServer();
  const loadTestId = await savedTest(server, 'k6', plan);
  const text = times(50, (i) => k6Request(i * 200, 20, 'GET /prices') + k6Request(i * 200 + 50, 20, 'POST /orders'));
  expect(await bring(server, { text, loadTestId })).toMatchObject({ verdict: 'NOT_EVALUATED', warnings: expect.arrayContaining([expect.stringContaining('name them "execute" where they are made. These results have "GET /prices", "POST /orders".')]) });
  // One empty line at the end is an editor's.
  expect(await bring(server, { text: `${k6}\n`, loadTestId })).toMatchObject({ verdict: 'PASSED', summary: { linesUnreadable: 0 } });
});
