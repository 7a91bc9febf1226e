/** Two definitions in one run, as an integrator starts it and reads what became of either. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostWorkflow } from '../../plugin/host.ts';
import { type DemoTarget, startDemoTarget } from '../../plugin/demo/target.ts';
import { toolPath } from '../helpers/places.ts';
import { accepted, settled, start, unlessStarved } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const definition = (demo: object, parameters: object = {}, type = 'PythonCodeNode') => JSON.stringify({ nodes: [{ id: 'ask', type, parameters }], edges: [], metadata: { demo } });
const [CURRENT, BASELINE] = [definition({ delayMs: 5 }, { version: 2 }), definition({ delayMs: 400 }, { version: 1 })];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const hosted: HostWorkflow[] = [{ id: 'price', name: 'Price', definition: CURRENT }, { id: 'price-before', name: 'Price, before', definition: BASELINE }];
let target: DemoTarget;
let server: TestServer;
beforeAll(async () => {
  target = await startDemoTarget();
  server = await testServer({ target: target.url, workflows: hosted });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await target.stop();
});

const open = { open: { stages: [{ durationMs: 0, ratePerSecond: 20 }, { durationMs: 4000, ratePerSecond: 20 }], maxUsers: 40 } };
const plan = (more: object = {}) => ({ target: { preset: 'studio', baseUrl: target.url }, load: open, requestTimeoutMs: 5000, ...more });
const input = (more: object = {}) => ({ framework: 'locust', workflow: { definition: CURRENT }, plan: plan(), compareWith: { definition: BASELINE }, ...more });
/** During the whole run: for p90 30 are enough. */
const p90 = (requestName?: string) => ({ metric: 'latency', statistic: 'p90', comparison: '<', value: 300, during: 'whole', ...(requestName ? { requestName } : {}) });

interface Compared {
  readonly workflowHash: string;
  readonly baselineHash: string | null;
  readonly planHash: string;
  readonly metrics: { readonly executions: number; readonly requests: number }[];
  readonly ofBaseline: { readonly requestName: string | null; readonly requests: number; readonly latency: { readonly p50Ms: number } | null }[];
}
const COMPARED = `query ($id: ID!) { loadTestRun(id: $id) { workflowHash baselineHash planHash metrics { executions requests } ofBaseline: metrics(requestName: "baseline") { requestName requests latency { p50Ms } } } }`;
const compared = async (id: string): Promise<Compared> => (await server.query<{ loadTestRun: Compared }>(COMPARED, { id })).loadTestRun;

describe.skipIf((await toolPath('locust')) === null)('a run that compares within itself', () => {
  test('sends each of two definitions half of the time, and judges the one that is to go live', { timeout: 90_000 }, async () => {
    target.reset();
    const id = await accepted(server, input({ plan: plan({ objectives: [p90(), p90('execute')] }) }));
    const run = await settled(server, id);
    expect(run).toMatchObject({
      state: 'FINISHED', verdict: unlessStarved(run, 'PASSED'),
      summary: { requests: 80, executions: 40, failedExecutions: 0, iterationsStarted: 80 },
      objectives: [{ samples: 40, slower: 0 }, { samples: 40, slower: 0 }, {}],
      warnings: [expect.stringMatching(/^Of each two iterations one runs the baseline's definition: its requests are named "baseline", those of this one "execute"\./)],
    });
    expect(Object.fromEntries(run.requests.map(({ name, requests }) => [name, requests]))).toEqual({ execute: 40, baseline: 40 });
    const bodies = target.truth().requests.map(({ bodySha256 }) => bodySha256);
    expect([CURRENT, BASELINE].map((text) => bodies.filter((one) => one === sha256(text)).length)).toEqual([40, 40]);

    const { ofBaseline, metrics, ...hashes } = await compared(id);
    expect(hashes).toMatchObject({ workflowHash: sha256(CURRENT), baselineHash: sha256(BASELINE) });
    expect(ofBaseline.reduce((sum, { requests }) => sum + requests, 0)).toBe(40);
    expect(metrics.reduce((sum, { executions }) => sum + executions, 0)).toBe(40);
    for (const { latency } of ofBaseline) if (latency) expect(latency.p50Ms).toBeGreaterThanOrEqual(399);
  });

  test('takes a saved test and a workflow of the host; it is a run of another plan than the test alone', { timeout: 90_000 }, async () => {
    const smoke = plan({ load: { preset: { key: 'smoke' } } });
    const { saveLoadTest } = await server.query<{ saveLoadTest: { id: string } }>('mutation ($input: SaveLoadTestInput!) { saveLoadTest(input: $input) { ... on LoadTest { id } } }', { input: { name: 'Price', framework: 'locust', workflow: { id: 'price' }, plan: smoke } });
    const alone = await accepted(server, { loadTestId: saveLoadTest.id });
    const [one, other] = [await accepted(server, { loadTestId: saveLoadTest.id, compareWith: { id: 'price-before' } }), await accepted(server, { loadTestId: saveLoadTest.id, compareWith: { id: 'price-before' } })];
    const runs = await Promise.all([alone, one, other].map(compared));
    expect(runs.map(({ baselineHash }) => baselineHash)).toEqual([null, sha256(BASELINE), sha256(BASELINE)]);
    expect(new Set(runs.map(({ planHash }) => planHash)).size).toBe(2);
    expect(runs[1]?.planHash).toBe(runs[2]?.planHash);
    await Promise.all([alone, one, other].map((id) => settled(server, id)));
    expect((await settled(server, one)).summary?.iterationsStarted).toBe(5);
  });
});

describe('what is wrong with the baseline is told under compareWith', () => {
  test.each([
    ['a workflow that the host does not have', { compareWith: { id: 'nowhere' } }, 'not_found', 'compareWith.id'],
    ['a definition that cannot be read', { compareWith: { definition: '{"nodes": [' } }, 'invalid_workflow', /^compareWith/],
    ['the same definition', { compareWith: { definition: CURRENT } }, 'invalid_input', 'compareWith'],
    ['a gateway, which is sent none', { plan: 'gateway' }, 'invalid_input', 'compareWith'],
  ])('%s', async (_what, more, code, path) => {
    const given = 'plan' in more ? { plan: plan({ target: { preset: 'gateway', baseUrl: target.url, workflowName: 'fast' } }) } : more;
    const refused = await start(server, input(given));
    expect(refused).toMatchObject({ __typename: 'Refusal', code });
    for (const problem of refused.problems ?? []) expect(problem.path).toMatch(path);
    expect(refused.problems?.length).toBeGreaterThan(0);
  });
});

test.skipIf((await toolPath('locust')) === null)('the effects of both are listed, and agreed to together', async () => {
  const [asks, sends] = [definition({}, { model: 'small' }, 'LLMAgentNode'), definition({}, { url: 'https://example.com/hook', method: 'POST' }, 'HTTPRequestNode')];
  const two = input({ workflow: { definition: asks }, compareWith: { definition: sends }, plan: plan({ load: { preset: { key: 'smoke' } } }) });
  const { generateScript } = await server.query<{ generateScript: { effects: { hash: string; items: object[] } } }>(
    'mutation ($input: GenerateScriptInput!) { generateScript(input: $input) { ... on Script { effects { hash items { nodeType plannedTimes } } } } }', { input: two });
  expect(generateScript.effects.items).toEqual([{ nodeType: 'LLMAgentNode', plannedTimes: 3 }, { nodeType: 'HTTPRequestNode', plannedTimes: 3 }]);
  const alone = await start(server, { ...two, compareWith: null });
  expect(await start(server, { ...two, acknowledgedEffects: alone.effectsHash })).toMatchObject({ code: 'effects_not_acknowledged', effectsHash: generateScript.effects.hash, message: expect.stringContaining('2 nodes act') });
  await settled(server, await accepted(server, { ...two, acknowledgedEffects: generateScript.effects.hash }));
});
