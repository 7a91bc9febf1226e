/** What a plan may ask for besides one request: through the whole server, with the real tools, against a target that knows the truth. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTarget, startDemoTarget } from '../../plugin/demo/target.ts';
import { frameworks } from '../../templates/index.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { long } from '../helpers/long.ts';
import { toolPath } from '../helpers/places.ts';
import { accepted, definition, settled, start, unlessStarved } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const locustMissing = (await toolPath('locust')) === null;

let target: DemoTarget;
let server: TestServer;
let customTemplates: string;

beforeAll(async () => {
  customTemplates = await mkdtemp(path.join(tmpdir(), 'templates-'));
  target = await startDemoTarget();
  server = await testServer({ target: target.url, customTemplates });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await target.stop();
  await rm(customTemplates, { recursive: true });
});
afterEach(() => {
  expect(childProcesses()).toEqual([]);
  expect(server.errors).toEqual([]);
});

const users = (count: number, durationMs: number) => ({ closed: { stages: [{ durationMs: 0, users: count }, { durationMs, users: count }] } });
const gateway = (more: object = {}) => ({ preset: 'gateway', baseUrl: target.url, workflowName: 'fast', ...more });
/** Executions that the target ran, whatever way they came. */
const received = (name: string) => target.truth().requests.filter((request) => request.name === name).length;

for (const { key, name } of frameworks)
  describe.skipIf((await toolPath(key)) === null)(`on ${name}`, () => {
    test('a definition with secrets arrives byte for byte, and no secret stands in the script', { timeout: 90_000 }, async () => {
      target.reset();
      const text = await readFile(new URL('../fixtures/workflows/02-ask-llm.studio.json', import.meta.url), 'utf8');
      const wanted = { framework: key, workflow: { definition: text }, plan: { target: { preset: 'studio', baseUrl: target.url }, load: { preset: { key: 'smoke' } } } };
      const { generateScript } = await server.query<{ generateScript: Generated }>(GENERATE, { input: wanted });
      expect(generateScript.secrets.map(({ path: pointer }) => pointer)).toContain('/nodes/0/parameters/api_key');
      const apiKey = (JSON.parse(text) as { nodes: { parameters: { api_key: string } }[] }).nodes[0]?.parameters.api_key ?? '';
      expect(apiKey).not.toBe('');
      for (const file of generateScript.files) expect(file.text).not.toContain(apiKey);

      const run = await settled(server, await accepted(server, { ...wanted, acknowledgedEffects: generateScript.effects.hash }));
      expect(run).toMatchObject({ state: 'FINISHED', verdict: unlessStarved(run, 'PASSED'), summary: { executions: 5, failedExecutions: 0 } });
      const sha256 = createHash('sha256').update(text).digest('hex');
      expect(target.truth().requests.map((request) => request.bodySha256)).toEqual(Array.from({ length: 5 }, () => sha256));
    });

    test.skipIf(!long && key === 'artillery')('asynchronous executions are counted as executions, and their polls as requests', { timeout: 90_000 }, async () => {
      target.reset();
      const plan = {
        target: gateway({ mode: 'async' }), load: users(2, 4000), pollIntervalMs: 50, inputs: { fixed: '{"n": 7, "demo": {"delayMs": 120}}' },
        checks: [{ name: 'seven squared', path: '/result/outputs/square/result/value', equals: '49' }],
        objectives: [{ metric: 'latency', statistic: 'p50', comparison: '<', value: 2000 }, { metric: 'checks_ratio', comparison: '>=', value: 0.5 }],
      };
      const run = await settled(server, await accepted(server, { framework: key, workflow: { definition }, plan }));
      expect(run).toMatchObject({ state: 'FINISHED', verdict: unlessStarved(run, 'PASSED') });
      const executions = run.requests.find((request) => request.name === 'execute')?.requests;
      expect(run.summary).toMatchObject({ executions, failedExecutions: 0, checksPassed: executions, checksFailed: 0 });
      expect(run.summary?.requests).toBe(target.truth().requests.length);
      expect(executions).toBe(received('POST /workflows/fast/execute'));
    });

    // How the server ends a run has nothing to do with the framework.
    test.skipIf(!long && key !== 'locust')('unique rows that run out end the run early, and it is not evaluated', { timeout: 90_000 }, async () => {
      target.reset();
      const rows = Array.from({ length: 30 }, (_, i) => ({ n: i }));
      const plan = { target: gateway(), load: users(3, 60_000), thinkTime: { minMs: 20, maxMs: 20 }, requestTimeoutMs: 2000, inputs: { dataset: { format: 'json', text: JSON.stringify(rows), order: 'unique' } } };
      const run = await settled(server, await accepted(server, { framework: key, workflow: { definition }, plan }));
      expect(run).toMatchObject({ state: 'FINISHED', ending: { cause: 'rows_ran_out' }, verdict: 'NOT_EVALUATED', summary: { executions: 30, requests: 30 } });
      expect(received('POST /workflows/fast/execute')).toBe(30);
    });

    test.skipIf(!long && key !== 'locust')('an objective that is broken over its window stops the run, which failed', { timeout: 90_000 }, async () => {
      target.reset();
      const plan = {
        target: gateway(), load: users(4, 60_000), thinkTime: { minMs: 20, maxMs: 20 }, warmUpMs: 1000, inputs: { fixed: '{"n": 7, "demo": {"delayMs": 60}}' },
        objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 50, abortAfterMs: 2000 }],
      };
      const run = await settled(server, await accepted(server, { framework: key, workflow: { definition }, plan }));
      expect(run).toMatchObject({ state: 'ABORTED', ending: { cause: 'objective_broken', message: expect.stringMatching(/^The load was ended: p95 < 50 ms of executions: \d+ of \d+ were slower where \d+ may be, from 0:\d\d to 0:\d\d\.$/) }, verdict: unlessStarved(run, 'FAILED') });
      expect(run.objectives[0]?.reasonCode).toBe(unlessStarved(run, 'FAILED') === 'FAILED' ? 'broken_in_window' : 'generator_unhealthy');
    });
  });

describe('templates of the operator', () => {
  const wanted = () => ({ framework: 'locust', workflow: { definition }, plan: { target: gateway(), load: { preset: { key: 'smoke' } } } });
  const write = async (text: string) => {
    await mkdir(path.join(customTemplates, 'locust'), { recursive: true });
    await writeFile(path.join(customTemplates, 'locust/script.py.njk'), text);
  };

  test.skipIf(locustMissing)('extend the product\'s own in named blocks', { timeout: 60_000 }, async () => {
    target.reset();
    await write('{% extends "load-test/locust/script.py.njk" %}\n{% block beforeRequest %}\n            step.headers["x-operator"] = "seen"\n{% endblock %}\n');
    const run = await settled(server, await accepted(server, wanted()));
    expect(run).toMatchObject({ state: 'FINISHED', summary: { executions: 5 } });
    expect(target.truth().requests.map(({ headers }) => headers['x-operator'])).toEqual(Array.from({ length: 5 }, () => 'seen'));
  });

  test.skipIf(locustMissing)('that are broken are refused with file and line, and no run is left', { timeout: 60_000 }, async () => {
    await write('{% extends "load-test/locust/script.py.njk" %}\n{% block imports %}\nimport no_such_module\n{% endblock %}\n');
    const refused = await start(server, wanted());
    expect(refused).toMatchObject({ code: 'invalid_script', problems: [{ path: expect.stringMatching(/^loadtest\.py:\d+$/), message: expect.stringContaining('no_such_module') }] });
    await rm(path.join(customTemplates, 'locust'), { recursive: true });
  });
});

interface Generated {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly effects: { readonly hash: string };
  readonly secrets: readonly { readonly path: string; readonly variable: string }[];
}
const GENERATE = `mutation ($input: GenerateScriptInput!) { generateScript(input: $input) { ... on Script { files { path text } secrets { path variable } effects { hash } } } }`;
