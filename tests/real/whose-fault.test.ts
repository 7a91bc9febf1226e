/**
 * Whose fault a missed load is, through the whole server, with the real tools: a target that becomes slow in mid-run is failed, a generator that
 * is not given the processor is not evaluated. All tools at once: what is asked for does not depend on their speed.
 */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTargetApart, startDemoTargetApart } from '../../plugin/demo/apart.ts';
import { groupsWith, signal } from '../../server/process/group.ts';
import { frameworks } from '../../templates/index.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { toolPath } from '../helpers/places.ts';
import { accepted, running, settled } from '../helpers/runs.ts';
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

/** Each framework has one of its own, so that executions are counted apart. */
const definition = (key: string, demo: object) => JSON.stringify({ nodes: [{ id: key, type: 'PythonCodeNode', parameters: { code: 'result = 1' } }], edges: [], metadata: { demo } });

function start(framework: string, demo: object, load: object, more: object = {}): Promise<string> {
  const plan = { target: { preset: 'studio', baseUrl: target.url }, load, warmUpMs: 1000, requestTimeoutMs: 8000, objectives: [{ metric: 'latency', statistic: 'p50', comparison: '<', value: 20_000 }], ...more };
  return accepted(server, { framework, workflow: { definition: definition(framework, demo) }, plan });
}

interface Answer {
  readonly verdict: string;
  readonly verdictReasons: readonly string[];
  readonly verdictReasonCodes: readonly string[];
  readonly summary: { readonly iterationsStarted: number; readonly iterationsDropped: number };
  readonly objectives: readonly { readonly verdict: string }[];
  readonly generator: { readonly saturated: boolean; readonly achievedRatio: number; readonly latenessP99Ms: number; readonly reasons: readonly string[] };
}

async function end(id: string): Promise<Answer> {
  await settled(server, id);
  const { loadTestRun } = await server.query<{ loadTestRun: Answer }>(
    `query ($id: ID!) { loadTestRun(id: $id) {
      verdict verdictReasons verdictReasonCodes summary { iterationsStarted iterationsDropped } objectives { verdict } generator { saturated achievedRatio latenessP99Ms reasons }
    } }`, { id });
  return loadTestRun;
}

const forEach = <T>(work: (framework: string) => Promise<T>): Promise<T[]> => Promise.all(installed.map(work));

describe.skipIf(installed.length === 0)('an open plan of 20/s', () => {
  test('that a target cannot hold once it takes 5 s instead of 20 ms is failed in every framework, whatever its objectives say', { timeout: 120_000 }, async () => {
    const load = { open: { stages: [{ durationMs: 0, ratePerSecond: 20 }, { durationMs: 8000, ratePerSecond: 20 }], maxUsers: 40 } };
    const runs = await forEach(async (key) => end(await start(key, { delayMs: 20, slow: { from: 41, delayMs: 5000 } }, load)));
    for (const [i, run] of runs.entries()) {
      const why = `${installed[i]}: ${JSON.stringify(run)}`;
      expect(run, why).toMatchObject({ verdict: 'FAILED', verdictReasonCodes: ['target_could_not_hold_load'], generator: { saturated: false } });
      expect(run.verdictReasons[0], why).toMatch(/^The target could not hold the planned load: \d+ of 160 iterations were started\. When the others were due, all 40 users were still waiting/);
      expect(run.objectives.map(({ verdict }) => verdict), why).toEqual(['PASSED', 'PASSED']);
      expect(run.summary.iterationsStarted + run.summary.iterationsDropped, why).toBe(160);
      expect(run.generator.achievedRatio, why).toBeCloseTo(run.summary.iterationsStarted / 160, 5);
    }
  });

  test('with fewer users than a target needs from the beginning is not evaluated, and the number needed is said', { timeout: 120_000 }, async () => {
    const load = { open: { stages: [{ durationMs: 0, ratePerSecond: 20 }, { durationMs: 4000, ratePerSecond: 20 }], maxUsers: 10 } };
    // The one that tells least of its users.
    const run = await end(await start(installed.includes('k6') ? 'k6' : (installed[0] ?? ''), { delayMs: 3000 }, load));
    expect(run).toMatchObject({ verdict: 'NOT_EVALUATED', verdictReasonCodes: ['max_users_too_low'] });
    expect(run.verdictReasons[0]).toMatch(/need at least 6\d at once, and 10 were allowed/);
  });
});

/** Stops the tool of a run again and again, as a machine does that has no processor to spare; until the run is over. */
async function starve(id: string, over: AbortSignal): Promise<void> {
  await running(server, id);
  const [, runId = ''] = Buffer.from(id, 'base64').toString().split(':');
  const groups = groupsWith('HOME', path.join(server.dataFolder, 'runs', runId, 'home'));
  expect(groups).toHaveLength(1);
  while (!over.aborted) {
    for (const group of groups) signal(group, 'SIGSTOP');
    await delay(250);
    for (const group of groups) signal(group, 'SIGCONT');
    await delay(120);
  }
}

describe.skipIf(installed.length === 0)('a generator that is not given the processor', () => {
  const loads = {
    open: { load: { open: { stages: [{ durationMs: 0, ratePerSecond: 20 }, { durationMs: 5000, ratePerSecond: 20 }], maxUsers: 80 } } },
    closed: { load: { closed: { stages: [{ durationMs: 0, users: 3 }, { durationMs: 5000, users: 3 }] } }, thinkTime: { minMs: 20, maxMs: 20 } },
  };
  test('is not evaluated in any framework, open or closed, whatever its objectives say', { timeout: 120_000 }, async () => {
    const wanted = installed.flatMap((key) => Object.values(loads).map((more) => ({ key, more })));
    await Promise.all(
      wanted.map(async ({ key, more }) => {
        const id = await start(key, { delayMs: 20 }, more.load, { ...more, objectives: [{ metric: 'latency', statistic: 'p50', comparison: '<', value: 1 }] });
        const over = new AbortController();
        const [run] = await Promise.all([end(id).finally(() => over.abort()), starve(id, over.signal)]);
        const why = `${key}: ${JSON.stringify(run)}`;
        expect(run, why).toMatchObject({ verdict: 'NOT_EVALUATED', verdictReasonCodes: ['generator_unhealthy'], generator: { saturated: true } });
        expect(run.generator.latenessP99Ms, why).toBeGreaterThan(100);
        expect(run.verdictReasons, why).toEqual([run.generator.reasons[0]]);
      }),
    );
  });
});
