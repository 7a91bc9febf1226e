/** Results that were made elsewhere: brought, recognised, stored once, and judged as if somebody had watched. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { resolvePlan } from '../../server/script/resolve.ts';
import { bring, put, runsOf, savedTest, uploaded } from '../helpers/brought.ts';
import { REAL, real } from '../helpers/results.ts';
import { testServer } from '../helpers/server.ts';
import { testPlan } from '../helpers/stored-run.ts';

const plan = testPlan({ load: { preset: { key: 'constant', ratePerSecond: 10, durationMs: 10_000 } }, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 100 }] });
const info = { planHash: resolvePlan(plan).hash, workflowHash: 'a'.repeat(64), scriptHash: 'b'.repeat(64), plan, host: { os: 'linux', cpus: 2 } };
const STARTED_AT = 1_772_359_200_000.25;

const begin = (more: object = {}, framework = 'locust') => ['begin', 1, framework, '2.47.0', STARTED_AT, { ...info, ...more }];
const request = (startMicros: number, durationMicros = 20_000, outcome = 'ok') => ['req', startMicros, 'execute', durationMicros, outcome, 200, { exec: true, startLagMicros: 0 }];
const requests = Array.from({ length: 100 }, (_, i) => request(i * 100_000));
const end = (cause = 'planned', started = 100) => ['end', cause, started, 0, 0, 0, 0];
const text = (...lines: readonly unknown[]) => lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
const whole = text(begin(), ...requests, end());

describe('sample lines', () => {
  test('become a run that is judged by the plan in them', async () => {
    await using server = await testServer();
    expect(await bring(server, { text: whole })).toMatchObject({
      state: 'FINISHED', verdict: 'PASSED', imported: true, place: 'imported', framework: 'locust', frameworkVersion: '2.47.0', startedAt: '2026-03-01T10:00:00.000Z',
      ending: { cause: 'planned_end' }, summary: { executions: 100, requests: 100, iterationsStarted: 100, linesUnreadable: 0 }, steady: { latency: { p95Ms: 20 } }, script: null, loadTest: null,
    });
    expect(server.errors).toEqual([]);
  });

  test('that do not add up to what the script started prove nothing: some were lost, or stand there twice', async () => {
    await using server = await testServer();
    const lost = text(begin(), ...requests.slice(0, 60), ...requests.slice(80), end());
    expect(await bring(server, { text: lost })).toMatchObject({ verdict: 'NOT_EVALUATED', verdictReasons: [expect.stringContaining('lost')], summary: { executions: 80 } });
    const twice = text(begin({ scriptHash: 'c'.repeat(64) }), ...requests, ...requests.slice(0, 20), end());
    expect(await bring(server, { text: twice })).toMatchObject({ verdict: 'NOT_EVALUATED', verdictReasons: [expect.stringContaining('lost')] });
  });

  test('of another plan than their first line says are refused', async () => {
    await using server = await testServer();
    const eased = { ...plan, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 10_000 }] };
    expect(await bring(server, { text: text(begin({ plan: eased }), ...requests, end()) })).toMatchObject({ code: 'invalid_results', message: expect.stringContaining('The first line of these results was changed') });
    expect(await runsOf(server)).toBe(0);
  });

  test('that were cut off are replaced by the whole of them', async () => {
    await using server = await testServer();
    const cut = await bring(server, { text: text(begin(), ...requests.slice(0, 50)) });
    expect(cut).toMatchObject({ state: 'ABORTED', ending: { cause: 'results_cut' } });
    expect((await bring(server, { text: text(begin(), ...requests.slice(0, 50)) })).id).toBe(cut.id);
    const all = await bring(server, { text: whole });
    expect(all).toMatchObject({ state: 'FINISHED', verdict: 'PASSED' });
    expect(await runsOf(server)).toBe(1);
    // And not the other way round.
    expect((await bring(server, { text: text(begin(), ...requests.slice(0, 50)) })).id).toBe(all.id);
  });

  test('that were cut off are left alone by those that are brought for another test', async () => {
    await using server = await testServer();
    const [one, other] = [await savedTest(server, 'locust', plan), await savedTest(server, 'locust', plan)];
    const cut = await bring(server, { text: text(begin(), ...requests.slice(0, 50)), loadTestId: one });
    expect(await bring(server, { text: whole, loadTestId: other })).toMatchObject({ code: 'invalid_input', problems: [{ path: 'loadTestId' }] });
    expect((await bring(server, { text: whole })).id).toBe(cut.id);
    expect(await bring(server, { text: whole, loadTestId: one })).toMatchObject({ verdict: 'PASSED', loadTest: { id: one } });
  });

  test('brought twice, also both at once, are one run', async () => {
    await using server = await testServer();
    const [one, other] = await Promise.all([bring(server, { text: whole }), bring(server, { text: whole, fileName: 'the same.ndjson' })]);
    expect(other.id).toBe(one.id);
    expect((await bring(server, { text: whole })).id).toBe(one.id);
    expect(await runsOf(server)).toBe(1);
    // Another run of the same script is another one.
    const later = whole.replace(String(STARTED_AT), String(STARTED_AT + 0.5));
    expect((await bring(server, { text: later })).id).not.toBe(one.id);
  });

  test('that are cut are taken up to the cut, and prove nothing', async () => {
    await using server = await testServer();
    const cut = whole.slice(0, whole.length / 2);
    expect(await bring(server, { text: cut })).toMatchObject({ state: 'ABORTED', verdict: 'NOT_EVALUATED', ending: { cause: 'results_cut' }, summary: { executions: expect.closeTo(50, -1), linesUnreadable: 1 } });
  });

  test.each([
    ['planned', 'planned_end', 'PASSED'],
    ['exhausted', 'rows_ran_out', 'NOT_EVALUATED'],
    ['interrupted', 'stop_asked', 'NOT_EVALUATED'],
    ['broke', 'tool_broke', 'NOT_EVALUATED'],
  ])('whose script says "%s" ended so', async (cause, ending, verdict) => {
    await using server = await testServer();
    expect(await bring(server, { text: text(begin(), ...requests, end(cause)) })).toMatchObject({ ending: { cause: ending }, verdict });
  });

  test('of a test belong to it', async () => {
    await using server = await testServer();
    const loadTestId = await savedTest(server, 'locust', plan);
    expect(await bring(server, { text: whole, loadTestId })).toMatchObject({ loadTest: { id: loadTestId } });
    // They have a plan of their own: of another test they are the same run.
    const other = await savedTest(server, 'locust', plan);
    expect(await bring(server, { text: whole, loadTestId: other })).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('as a run of another test'), problems: [{ path: 'loadTestId' }] });
    expect(await bring(server, { text: whole })).toMatchObject({ loadTest: { id: loadTestId } });
  });

  test('are read behind a byte order mark, and with the line ends of Windows', async () => {
    await using server = await testServer();
    const written = `\uFEFF${whole.replaceAll('\n', '\r\n')}`;
    expect(await bring(server, { text: written })).toMatchObject({ verdict: 'PASSED', summary: { requests: 100, linesUnreadable: 0 } });
  });

  test('stand in a trend where they were run, and not where they were brought', async () => {
    await using server = await testServer();
    const loadTestId = await savedTest(server, 'locust', plan);
    for (const days of [2, 0, 1]) await bring(server, { text: whole.replace(String(STARTED_AT), String(STARTED_AT + days * 86_400_000)), loadTestId });
    const { trend } = await server.query<{ trend: { points: { at: string }[] } }>('query ($id: ID!) { trend(loadTestId: $id, metric: "error_ratio") { ... on Trend { points { at } } } }', { id: loadTestId });
    expect(trend.points.map(({ at }) => at.slice(0, 10))).toEqual(['2026-03-01', '2026-03-02', '2026-03-03']);
  });

  test('by PUT, packed or not, are the same as a text', async () => {
    await using server = await testServer();
    const one = await bring(server, { text: whole });
    for (const body of [whole, gzipSync(whole)]) {
      const uploadId = await uploaded(server, body);
      expect((await bring(server, { uploadId })).id).toBe(one.id);
      // It was taken.
      expect(await bring(server, { uploadId })).toMatchObject({ code: 'not_found' });
    }
  });
});

describe('refused with a sentence, and nothing of it is there', () => {
  const foreign = '{"hello":"world"}\n';
  test.each<[string, string, string]>([
    ['an empty file', '', 'This file is empty.'],
    ['one of blanks', ' \n\n ', 'This file is empty.'],
    ['a foreign one', foreign, 'no file of results that is known here'],
    ['an image', '\u0089PNG\r\n\u001a\n', 'no file of results that is known here'],
    ['a first line that is cut', whole.slice(0, 60), 'first line'],
    ['a plan that is none', text(begin({ plan: { load: 1 } }), ...requests, end()), 'The plan in the first line'],
    ['an unknown framework', text(begin({}, 'gatling'), ...requests, end()), 'gatling'],
    ['a script that was edited', text(begin({ edited: true }), ...requests, end()), 'edited by hand'],
    ['the lines of one share', text(begin({ shard: [1, 3] }), ...requests, end()), 'one share of a test (LOAD_TEST_SHARD=1/3): they say nothing of the whole of it'],
    ['a share that is none', text(begin({ shard: [3, 3] }), ...requests, end()), 'first line'],
    ['a first line and no more', text(begin()), 'tell of nothing'],
    ['two runs in one', whole + whole, 'more than one run'],
    ['hashes that are none', text(begin({ scriptHash: 'c'.repeat(100_000) }), ...requests, end()), 'first line'],
    ['a NUL in a hash', text(begin({ workflowHash: '\0' }), ...requests, end()), 'first line'],
    ['a baseline that is none', text(begin({ baselineHash: {} }), ...requests, end()), 'first line'],
    ['a start in the year 275760', whole.replace(String(STARTED_AT), '8640000000000000'), 'first line'],
    ['mostly other lines', whole.replace('\n', `\n${'a line of something else\n'.repeat(20_000)}`), 'most of its lines are none'],
  ])('%s', async (_name, body, sentence) => {
    await using server = await testServer();
    expect(await bring(server, { text: body })).toMatchObject({ code: 'invalid_results', message: expect.stringContaining(sentence) });
    if (body !== '') expect(await bring(server, { uploadId: await uploaded(server, body) })).toMatchObject({ code: 'invalid_results' });
    expect(await runsOf(server)).toBe(0);
    expect(server.errors).toEqual([]);
  });

  test('what is packed and damaged, at its start or in the middle', async () => {
    await using server = await testServer();
    const packed = gzipSync(text(begin(), ...requests, ...Array.from({ length: 20_000 }, (_, i) => request(i * 500 + Math.floor(1e6 * Math.abs(Math.sin(i))))), end('planned', 20_100)));
    const broken = Buffer.concat([packed.subarray(0, packed.length - 200), Buffer.alloc(200, 7)]);
    for (const body of [packed.subarray(0, 5), packed.subarray(0, packed.length - 100), broken]) {
      expect(await bring(server, { uploadId: await uploaded(server, body) })).toMatchObject({ code: 'invalid_results', message: expect.stringContaining('cannot be unpacked') });
      expect(await runsOf(server)).toBe(0);
    }
    expect(await bring(server, { uploadId: await uploaded(server, packed) })).toMatchObject({ verdict: 'PASSED' });
  });

  test('what is larger than the operator allows, while it comes', async () => {
    await using server = await testServer({ limits: { maxImportBytes: 1_000_000 } });
    const response = await put(server, Buffer.alloc(2_000_000, 'x'));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ code: 'limit_exceeded', message: 'Results can be 1 MB at most here: pack them with gzip, or leave parts of them out.' });
  });

  test('whoever may not, and what is of somebody else', async () => {
    await using server = await testServer();
    expect((await put(server, whole, 'guest')).status).toBe(403);
    expect((await put(server, whole, 'nobody')).status).toBe(401);
    const uploadId = await uploaded(server, whole);
    expect(await bring(server, { uploadId }, 'bob')).toMatchObject({ code: 'not_found' });
    expect(await bring(server, { text: whole, uploadId })).toMatchObject({ code: 'invalid_input' });
    expect(await bring(server, {})).toMatchObject({ code: 'invalid_input' });
    for (const id of ['..', '../../etc/passwd', '00000000-0000-4000-8000-000000000000']) expect(await bring(server, { uploadId: id })).toMatchObject({ code: 'not_found' });
    expect(await runsOf(server)).toBe(0);
  });
});

describe('what a tool wrote of itself', () => {
  const whole_ = { during: 'whole' };
  const judgedPlan = { target: { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' }, load: { preset: { key: 'constant', users: 2, durationMs: 10_000 } }, objectives: [{ metric: 'error_ratio', comparison: '<', value: 0.5, ...whole_ }, { metric: 'latency', statistic: 'p95', comparison: '<', value: 5000, ...whole_ }] };
  const TOLD = 'id state verdict framework imported importedFrom { format told { name requests failed latency { statistic valueMs } } } summary { executions } objectives { metric verdict reasonCode measured } requests { name } metrics { offsetMs }';

  test.each(REAL)('%s becomes a run of its test, with what it tells and nothing else', async (file) => {
    await using server = await testServer();
    const framework = file.split('/')[0] ?? '';
    const answer = await bring(server, { text: real(file), fileName: file });
    // Which plan it ran stands nowhere in it.
    expect(answer).toMatchObject({ code: 'invalid_results', message: expect.stringContaining('tells of no plan'), problems: [{ path: 'loadTestId' }] });
    const loadTestId = await savedTest(server, framework, judgedPlan);
    const { id, message } = await bring(server, { text: real(file), fileName: file, loadTestId });
    expect(message).toBeUndefined();
    expect((await bring(server, { text: real(file), fileName: 'again', loadTestId })).id).toBe(id);
    const { loadTestRun: run } = await server.query<{ loadTestRun: { verdict: string; importedFrom: { told: object[] } } }>(`query ($id: ID!) { loadTestRun(id: $id) { ${TOLD} } }`, { id });
    expect(run).toMatchObject({ framework, imported: true, summary: null, requests: [], metrics: [] });
    expect(run.verdict).not.toBe('PASSED');
    expect(run.importedFrom.told.length).toBeGreaterThan(0);
    const { trend } = await server.query<{ trend: { points: { value: number | null }[] } }>('query ($id: ID!) { trend(loadTestId: $id, metric: "error_ratio") { ... on Trend { points { value } } } }', { id: loadTestId });
    expect(trend.points).toHaveLength(1);
    expect(server.errors).toEqual([]);
  });
});
