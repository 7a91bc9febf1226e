/** `ci test.json` around a tool that tells its lines at once: exit codes, files, and what a server adds. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readArguments } from '../../plugin/ci/arguments.ts';
import { Interruption } from '../../plugin/ci/interruption.ts';
import { ci } from '../../plugin/ci/main.ts';
import { Results } from '../../plugin/ci/results.ts';
import { readCiConfig } from '../../plugin/config.ts';
import { embedded } from '../helpers/embedded.ts';
import { listening } from '../helpers/listening.ts';
import { definition } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';
import { tellingLocust } from '../helpers/telling-tool.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ci-'));
});
afterAll(() => rm(folder, { recursive: true }));

const planFor = (seconds: number, more: object = {}) => ({
  target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9', auth: { bearer: { variable: 'LT_TOKEN' } } }, load: { preset: { key: 'constant', ratePerSecond: 10, durationMs: seconds * 1000 } }, warmUpMs: 0,
  objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 100 }], ...more,
});

interface Ended {
  readonly code: number;
  readonly verdict: { verdict: string | null; notes: string[]; run: { place: string } | null; server: { problem: string | null; runId: string | null } | null; comparison: { metrics: { outcome: string }[] } | null };
  readonly summary: string;
}

async function run(test: object, tool: string, { args = [], env = {} }: { args?: readonly string[]; env?: Record<string, string> } = {}): Promise<Ended> {
  const file = path.join(folder, 'test.json');
  const out = path.join(folder, 'results');
  await writeFile(file, JSON.stringify({ framework: 'locust', workflow: { definition: JSON.parse(definition) }, ...test }));
  const given = readArguments([file, '--out', out, ...args]);
  if (!given) throw new Error('no help was asked for');
  using interruption = new Interruption();
  const config = readCiConfig({ PATH: process.env['PATH'], LOCUST_PATH: tool, LT_TOKEN: 'a-token-of-the-target', DATABASE_URL: 'mysql://of-the-application', ...env });
  const code = await ci(given, config, await Results.empty(out), interruption, await embedded());
  return { code, verdict: JSON.parse(await readFile(path.join(out, 'verdict.json'), 'utf8')), summary: await readFile(path.join(out, 'summary.md'), 'utf8') };
}

test('passed: 0, and all the files', async () => {
  const { code, verdict, summary } = await run({ plan: planFor(20) }, await tellingLocust({ seconds: 20 }));
  expect(code).toBe(0);
  expect(verdict).toMatchObject({ verdict: 'PASSED', exitCode: 0, notes: [], server: null, comparison: null, run: { verdict: 'PASSED', framework: 'locust', frameworkVersion: '2.47.0', summary: { executions: 200 }, objectives: [{ verdict: 'PASSED' }, { metric: 'error_ratio' }] } });
  expect(summary).toContain('## ✅ Load test passed');
  expect((await readdir(path.join(folder, 'results'))).sort()).toEqual(['junit.xml', 'samples.ndjson.gz', 'summary.md', 'verdict.json']);
});

test('failed: 99', async () => {
  expect(await run({ plan: planFor(20) }, await tellingLocust({ seconds: 20, slower: 10 }))).toMatchObject({ code: 99, verdict: { verdict: 'FAILED' } });
});

test('not evaluated: what is asked for', async () => {
  expect(await run({ plan: planFor(5) }, await tellingLocust({ seconds: 5 }), { args: ['--not-evaluated=98'] })).toMatchObject({ code: 98, verdict: { verdict: 'NOT_EVALUATED' } });
});

test('a tool that breaks: 1, with what it said, and nothing of an earlier run is left', async () => {
  const { code, verdict, summary } = await run({ plan: planFor(5) }, await tellingLocust({ seconds: 5, breaks: 'NameError: name "x" is not defined, a-token-of-the-target' }));
  expect(code).toBe(1);
  expect(verdict).toMatchObject({ verdict: null, run: null, notes: [expect.stringMatching(/^Locust ended with exit code 1 .*NameError: name "x" is not defined, \*\*\*$/)] });
  expect(summary).toContain('did not run');
  expect((await readdir(path.join(folder, 'results'))).sort()).toEqual(['junit.xml', 'summary.md', 'verdict.json']);
  expect(await readFile(path.join(folder, 'results/junit.xml'), 'utf8')).toMatch(/<error type="not_run" message="Locust ended with exit code 1/);
});

test('a tool that breaks when it has told all passes nothing, and no server is told that it did', async () => {
  await using server = await testServer();
  const given = { plan: planFor(20), server: server.url };
  const { code, verdict, summary } = await run(given, await tellingLocust({ seconds: 20, breaksAfterwards: 'OSError: out of descriptors' }), { env: { LOAD_TESTING_TOKEN: 'ada' } });
  expect(code).toBe(1);
  expect(verdict).toMatchObject({ verdict: 'NOT_EVALUATED', server: { runId: null }, notes: [expect.stringContaining('OSError: out of descriptors'), expect.stringContaining('not brought')] });
  expect(summary).toContain('not evaluated');
  expect(await server.query('{ loadTestRuns { edges { node { id } } } }')).toEqual({ loadTestRuns: { edges: [] } });
});

test('is not run without a variable that the script needs, nor in shares, nor with nodes that act outside and nobody has acknowledged', async () => {
  const tool = await tellingLocust({ seconds: 5 });
  await expect(run({ plan: planFor(5) }, tool, { env: { LT_TOKEN: '' } })).rejects.toMatchObject({ code: 'environment_missing', message: 'The script needs LT_TOKEN (the bearer token): set this variable in the environment of this step.' });
  await expect(run({ plan: planFor(5) }, tool, { env: { LOAD_TEST_SHARD: '0/3' } })).rejects.toMatchObject({ message: 'LOAD_TEST_SHARD is set, and one share of a test says nothing of the whole of it: unset it.' });
  const acting = { workflow: { definition: { nodes: [{ id: 'mail', type: 'EmailSenderNode', parameters: {} }], edges: [] } }, plan: planFor(5) };
  const refused = await run(acting, tool).catch((error: unknown) => error as { code: string; problems: [{ path: string; message: string }] });
  expect(refused).toMatchObject({ code: 'effects_not_acknowledged', problems: [{ path: 'acknowledgedEffects' }] });
  const hash = /"acknowledgedEffects": "([0-9a-f]{64})"/.exec('problems' in refused ? refused.problems[0].message : '')?.[1];
  expect(await run({ ...acting, acknowledgedEffects: hash }, tool)).toMatchObject({ code: 99 });
});

test('a server gets the results, and says how they compare with the pinned baseline; only it can hold an objective to that', { timeout: 60_000 }, async () => {
  await using server = await testServer();
  const plan = planFor(210, { objectives: [{ metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 }] });
  const { saveLoadTest } = await server.query<{ saveLoadTest: { id: string } }>('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }', { input: { name: 'mine', framework: 'locust', workflow: { definition }, plan } });
  const given = { plan, server: `${server.url}/`, loadTestId: saveLoadTest.id };
  const env = { LOAD_TESTING_TOKEN: 'ada' };
  const first = await run(given, await tellingLocust({ seconds: 210 }), { env });
  expect(first).toMatchObject({ code: 99, verdict: { verdict: 'NOT_EVALUATED', notes: [expect.stringContaining('/plugins/load-testing/runs/'), 'No run of this test is pinned as its baseline.'], run: { place: 'imported' }, server: { problem: null }, comparison: null } });
  await server.query('mutation ($runId: ID!) { pinBaseline(runId: $runId) { ... on LoadTest { id } } }', { runId: first.verdict.server?.runId });

  const slower = await run(given, await tellingLocust({ seconds: 210, slower: 1.5 }), { env });
  expect(slower).toMatchObject({ code: 99, verdict: { verdict: 'FAILED', notes: [expect.stringContaining('On the server: ')] } });
  expect(slower.verdict.comparison?.metrics[0]).toMatchObject({ outcome: 'REGRESSION', primary: true });
  expect(slower.summary).toMatch(/### Compared with the baseline of \d{4}-\d\d-\d\d, pinned by ada/);
  expect(slower.summary).toMatch(/\| p95 \| 25 ms \| 37\.5 ms \| \+50 % \| \+[\d.]+ % to \+[\d.]+ % \(90 %\) \| ❌ regression \|/);
  expect(slower.summary).toContain('By t interval over log ratios of blocks');
  expect(await readFile(path.join(folder, 'results/junit.xml'), 'utf8')).toContain('type="changed_too_much"');

  // Who is not let in is told, and what was measured is judged all the same.
  const refused = await run({ ...given, plan: planFor(210) }, await tellingLocust({ seconds: 210 }), { env: { LOAD_TESTING_TOKEN: 'nobody' } });
  expect(refused).toMatchObject({ code: 0, verdict: { verdict: 'PASSED', server: { problem: expect.stringContaining('answered with status 401: Sign in first.'), runId: null } } });
  expect(refused.summary).toContain('The verdict is that of this machine alone.');
  expect(server.errors).toEqual([]);
});

test('a server is asked before the load whether it is one, knows the test and takes results from here', async () => {
  await using server = await testServer();
  await using other = await listening(() => ({ body: '<html>' }));
  const required = (address: string, env: Record<string, string>, more: object = {}) => run({ plan: planFor(20), ...more }, '/nowhere', { args: ['--require-server', '--server', address], env });
  await expect(required(other.url, {})).rejects.toMatchObject({ message: expect.stringContaining('is no server of load tests: it answers something else. Give the address before /plugins/load-testing. Nothing was run.') });
  await expect(required(server.url, { LOAD_TESTING_TOKEN: 'guest' })).rejects.toMatchObject({ message: expect.stringContaining('this needs the permission to run load tests') });
  await expect(required(server.url, { LOAD_TESTING_TOKEN: 'ada' }, { loadTestId: 'nothing' })).rejects.toMatchObject({ message: expect.stringContaining('has no test with this loadTestId') });
});

test('what was not run leaves no green results of an earlier run, but says why in each of them', async () => {
  const out = path.join(folder, 'stale');
  const results = await Results.empty(out);
  await results.write('summary.md', '## ✅ Load test passed');
  expect(await readdir(await Results.empty(out).then(() => out))).toEqual([]);
  await results.writeNothing('test.json', ['test.json: plan.load: Give a load.'], 2);
  expect(await readFile(path.join(out, 'summary.md'), 'utf8')).toMatch(/^## ❌ Load test did not run: test\.json\n\n> test\.json: plan\.load: Give a load\./);
  expect(await readFile(path.join(out, 'junit.xml'), 'utf8')).toContain('<error type="not_run" message="test.json: plan.load: Give a load.">');
  expect(JSON.parse(await readFile(path.join(out, 'verdict.json'), 'utf8'))).toMatchObject({ verdict: null, exitCode: 2, run: null });
  for (const place of [path.join(out, 'summary.md/x'), path.join(out, 'summary.md'), '/proc/nothing/x']) await expect(Results.empty(place)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('cannot be a folder for results') });
});

test('a server that is not there changes no verdict, and who requires it runs nothing', async () => {
  const gone = await listening(() => ({ body: '' }));
  await gone[Symbol.asyncDispose]();
  const args = ['--server', gone.url];
  const problem = `${gone.url} could not be reached: ECONNREFUSED.`;
  expect(await run({ plan: planFor(20) }, await tellingLocust({ seconds: 20 }), { args })).toMatchObject({ code: 0, verdict: { verdict: 'PASSED', server: { problem } } });
  await expect(run({ plan: planFor(20) }, await tellingLocust({ seconds: 20 }), { args: [...args, '--require-server'] })).rejects.toMatchObject({ code: 'invalid_input', message: `${problem} Nothing was run.` });
  const held = await run({ plan: planFor(20, { objectives: [{ metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 }] }) }, await tellingLocust({ seconds: 20 }), { args });
  expect(held.summary).toContain('It is held to the baseline, which only the server knows, and that could not be asked.');
  expect(held.summary).not.toContain('Pin a run');
});

test('two definitions in one run are compared without any server', async () => {
  const other = { nodes: [{ id: 'b', type: 'PythonCodeNode', parameters: {} }], edges: [] };
  const { code, verdict, summary } = await run({ plan: planFor(120), compareWith: { definition: other } }, await tellingLocust({ seconds: 120, slower: 1.5, alternates: true }));
  expect(code).toBe(0);
  expect(verdict.comparison?.metrics[0]).toMatchObject({ metric: 'latency', statistic: 'p50', outcome: 'REGRESSION' });
  expect(summary).toContain('### The two definitions of this run');
  expect(summary).toMatch(/\| p50 \| [\d.]+ ms \| [\d.]+ ms \| \+[\d.]+ % .* regression \|/);
  // And why another one could not be told.
  expect(summary).toContain('- A block of 6 s holds 30 samples of each; p95 needs 40. Run with more load.');
});
