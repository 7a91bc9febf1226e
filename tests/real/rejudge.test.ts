/** What is said of real runs when they are over: the same verdict by the same objectives, another by others, and how much the target holds. All tools at once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTargetApart, startDemoTargetApart } from '../../plugin/demo/apart.ts';
import { frameworks } from '../../templates/index.ts';
import { noNumbersIn } from '../helpers/generated-runs.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { toolPath } from '../helpers/places.ts';
import { accepted, REFUSAL, running, settled, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

const installed: string[] = [];
for (const { key } of frameworks) if ((await toolPath(key)) !== null) installed.push(key);

let target: DemoTargetApart;
let server: TestServer;
beforeAll(async () => {
  target = await startDemoTargetApart();
  server = await testServer({ target: target.url, limits: { concurrentRuns: 2 * frameworks.length } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await target.stop();
});
afterEach(() => {
  expect(childProcesses()).toEqual([]);
  expect(server.errors).toEqual([]);
});

const OBJECTIVE = 'metric statistic comparison value maxChangeRatio requestName during measured verdict margin samples needed slower allowed reasonCode reason';
const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 60 };
const objectives = [p95, { ...p95, statistic: 'p50', strict: true }, { metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 }, { metric: 'throughput', comparison: '>=', value: 1 }, { ...p95, requestName: 'execute', during: 'whole' }];

interface Answer {
  readonly verdict: string;
  readonly verdictReasons: readonly string[];
  readonly objectives: readonly { readonly slower: number | null; readonly reasonCode: string | null; readonly margin: string | null; readonly verdict: string }[];
  readonly capacity: { readonly users: number | null; readonly ratePerSecond: number | null; readonly limitedBy: string; readonly reason: string } | null;
}

async function end(id: string): Promise<Answer> {
  await settled(server, id);
  const { loadTestRun } = await server.query<{ loadTestRun: Answer }>(`query ($id: ID!) { loadTestRun(id: $id) { verdict verdictReasons objectives { ${OBJECTIVE} } capacity { users ratePerSecond limitedBy reason } } }`, { id });
  expect(noNumbersIn(loadTestRun)).toEqual([]);
  return loadTestRun;
}

async function rejudged(runId: string, asked: readonly object[], warmUpMs: number | null = null): Promise<Answer & { readonly exact: boolean }> {
  const { rejudge } = await server.query<{ rejudge: Answer & { readonly exact: boolean } }>(
    `query ($runId: ID!, $objectives: [ObjectiveInput!]!, $warmUpMs: Int) { rejudge(runId: $runId, objectives: $objectives, warmUpMs: $warmUpMs) { ... on Judgement { verdict verdictReasons objectives { ${OBJECTIVE} } exact } ${REFUSAL} } }`,
    { runId, objectives: asked, warmUpMs });
  return rejudge;
}

const start = (framework: string, load: object, more: object = {}) =>
  accepted(server, { framework, workflow: { definition: JSON.stringify({ nodes: [{ id: framework, type: 'PythonCodeNode', parameters: { code: 'result = 1' } }], edges: [], metadata: { demo: { delayMs: 40, jitter: 0.2 } } }) }, plan: { target: { preset: 'studio', baseUrl: target.url }, load, requestTimeoutMs: 4000, objectives, ...more } });

describe.skipIf(installed.length === 0)('real runs', () => {
  test('that came to their end, were stopped, or were stopped by an objective have their own verdict when they are judged again', { timeout: 120_000 }, async () => {
    const load = { preset: { key: 'constant', users: 3, durationMs: 7000 } };
    const ends = [{}, { stopped: true }, { objectives: [{ ...p95, value: 10, abortAfterMs: 2000 }] }];
    await Promise.all(installed.map(async (framework) => {
      for (const { stopped = false, ...more } of ends as readonly { stopped?: boolean; objectives?: readonly object[] }[]) {
        const id = await start(framework, load, more);
        if (stopped) {
          await running(server, id);
          await stop(server, id);
        }
        const { capacity, ...own } = await end(id);
        expect(capacity).toBeNull();
        expect(await rejudged(id, more.objectives ?? objectives), framework).toEqual({ ...own, exact: true });
        const other = await rejudged(id, [{ ...p95, value: 61 }], 1000);
        expect(noNumbersIn(other)).toEqual([]);
        expect(other.exact).toBe(false);
      }
    }));
  });

  test('of a breakpoint plan say how much the target holds', { timeout: 120_000 }, async () => {
    await Promise.all(installed.map(async (framework) => {
      const { capacity } = await end(await start(framework, { preset: { key: 'breakpoint', users: 10, durationMs: 20_000 } }, { objectives: [{ ...p95, value: 3000 }] }));
      // A busy machine may leave a tool no processor: then that is what is said.
      if (capacity?.limitedBy === 'generator') return;
      expect(capacity, framework).toMatchObject({ users: 10, limitedBy: 'nothing' });
      expect(capacity?.ratePerSecond, framework).toBeGreaterThan(50);
    }));
  });
});
