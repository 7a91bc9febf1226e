/** The self-check before a long run: what it tells, that it never ends a run, and that a run can be ended during it. */
import { afterEach, describe, expect, test } from 'vitest';
import { startDemoTarget } from '../../plugin/demo/target.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { checkPlan, isWorthACheck } from '../../server/run/self-check-plan.ts';
import { frameworks } from '../../templates/index.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { toolPath } from '../helpers/places.ts';
import { accepted, definition, planFor, read, running, settled, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { testPlan } from '../helpers/stored-run.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

afterEach(() => expect(childProcesses()).toEqual([]));

interface Generator {
  readonly floorP50Ms: number | null;
  readonly floorP99Ms: number | null;
  readonly saturated: boolean;
  readonly reasons: string[];
}
const generatorOf = async (server: TestServer, id: string): Promise<Generator> =>
  (await server.query<{ loadTestRun: { generator: Generator } }>('query ($id: ID!) { loadTestRun(id: $id) { generator { floorP50Ms floorP99Ms saturated reasons } } }', { id })).loadTestRun.generator;
const longPlan = (baseUrl: string) => planFor(baseUrl, { load: { closed: { stages: [{ durationMs: 0, users: 2 }, { durationMs: 30_000, users: 2 }] } }, warmUpMs: 0 });
const DEAD = 'http://127.0.0.1:9';
/** A stand-in tells the self-check from the run by the target in its script. */
const inSelfCheck = (then: string) => `if ! grep -q '${DEAD}' loadtest.py; then ${then}; fi; begin; while :; do request 100000 3000 ok; sleep 0.2; done`;
/** An echo's answers: 100 of them in 1 ms, and the last line. */
const ANSWERS = `begin; i=0; while [ $i -lt 100 ]; do request $((600000 + i * 20000)) 1000 ok; i=$((i + 1)); done; printf '["end","planned",100,0,0,0,0]\\n' >&3; exit 0`;

const installed: string[] = [];
for (const { key } of frameworks) if ((await toolPath(key)) !== null) installed.push(key);

describe('before a run of 30 s, with the real tools', () => {
  test.skipIf(installed.length === 0)('this machine is measured with each framework', { timeout: 120_000 }, async () => {
    const target = await startDemoTarget();
    await using server = await testServer({ target: target.url, selfCheck: true, limits: { concurrentRuns: installed.length } });
    await Promise.all(
      installed.map(async (key) => {
        const id = await accepted(server, { framework: key, workflow: { definition }, plan: longPlan(target.url) });
        await until('it runs', async () => (await read(server, id)).state === 'RUNNING', 90_000);
        await stop(server, id);
        const run = await settled(server, id);
        expect(run.moves.slice(0, 3), key).toMatchObject([{ cause: 'accepted' }, { to: 'STARTING', cause: 'self_check' }, { to: 'RUNNING', cause: 'first_line' }]);
        const { floorP50Ms, floorP99Ms, reasons } = await generatorOf(server, id);
        expect(floorP50Ms, `${key}: ${reasons.join(' ')}`).toBeGreaterThan(0.05);
        expect(floorP50Ms, key).toBeLessThan(100);
        expect(floorP99Ms, key).toBeGreaterThanOrEqual(floorP50Ms ?? 0);
      }),
    );
    expect(server.errors).toEqual([]);
    await target.stop();
  });
});

describe('a self-check', () => {
  test('whose floor is more than a fifth of what was measured is said', { timeout: 60_000 }, async () => {
    await using server = await testServer({ selfCheck: true, stopGraceMs: 300, tools: await misbehavingLocust(inSelfCheck(ANSWERS)) });
    const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: longPlan(DEAD) });
    await until('an answer is stored', async () => (await executionsOf(server, id)) > 0);
    await stop(server, id);
    await settled(server, id);
    expect(await generatorOf(server, id)).toMatchObject({
      floorP50Ms: 1, floorP99Ms: 1, saturated: false,
      reasons: ["Of the 3 ms measured (p50) up to 1 ms may be this machine's own: an echo on it took that just before.", "Of the 3 ms measured (p99) up to 1 ms may be this machine's own: an echo on it took that just before."],
    });
  });

  test('that fails is a reason, and never the end of the run', { timeout: 60_000 }, async () => {
    await using server = await testServer({ selfCheck: true, stopGraceMs: 300, tools: await misbehavingLocust(inSelfCheck('echo "no luck" >&2; exit 3')) });
    const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: longPlan(DEAD) });
    await running(server, id);
    await stop(server, id);
    await settled(server, id);
    expect(await generatorOf(server, id)).toMatchObject({ floorP50Ms: null, saturated: false, reasons: [expect.stringMatching(/^This machine could not be measured before the run: Locust ended with exit code 3/)] });
  });

  test('that does not end by itself can be stopped: the run is over, and it was never running', { timeout: 60_000 }, async () => {
    await using server = await testServer({ selfCheck: true, stopGraceMs: 300, tools: await misbehavingLocust(`trap '' INT; begin; (trap '' INT; sleep 60) & while :; do request 100000 5000 ok; sleep 0.2; done`) });
    const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: longPlan(DEAD) });
    await until('the tool runs', () => childProcesses().some((line) => line.includes('sleep 60')));
    expect(await read(server, id)).toMatchObject({ state: 'STARTING', moves: [{}, { cause: 'self_check' }] });
    await stop(server, id);
    expect(await settled(server, id)).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked' }, summary: { requests: 0 } });
  });

  test('ends with its server', { timeout: 60_000 }, async () => {
    const server = await testServer({ selfCheck: true, stopGraceMs: 300, tools: await misbehavingLocust('begin; while :; do request 100000 5000 ok; sleep 0.2; done') });
    await accepted(server, { framework: 'locust', workflow: { definition }, plan: longPlan(DEAD) });
    await until('the tool runs', () => childProcesses().some((line) => line.includes('--headless')));
    await server[Symbol.asyncDispose]();
  });

  test('is not made before a shorter run', { timeout: 60_000 }, async () => {
    await using server = await testServer({ selfCheck: true, stopGraceMs: 300, tools: await misbehavingLocust('exit 3') });
    const run = await settled(server, await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor(DEAD) }));
    expect(run.moves[1]).toMatchObject({ to: 'STARTING', cause: 'turn_came' });
  });
});

const executionsOf = async (server: TestServer, id: string): Promise<number> => {
  const { loadTestRun } = await server.query<{ loadTestRun: { metrics: { executions: number }[] } }>('query ($id: ID!) { loadTestRun(id: $id) { metrics { executions } } }', { id });
  return loadTestRun.metrics.reduce((sum, { executions }) => sum + executions, 0);
};

describe('what is asked of the echo', () => {
  const planOf = (load: object) => resolvePlan(testPlan({ load }));
  const check = (load: object) => checkPlan(planOf(load).load, 'http://127.0.0.1:1').load;
  test('is at most two users, or the rate of the plan where that is lower, and enough to say something', () => {
    expect(check({ preset: { key: 'constant', users: 50 } })).toEqual({ closed: { stages: [{ durationMs: 0, users: 2 }, { durationMs: 3000, users: 2 }] } });
    expect(check({ preset: { key: 'constant', users: 1 } })).toMatchObject({ closed: { stages: [{ users: 1 }, {}] } });
    expect(check({ preset: { key: 'constant', ratePerSecond: 30 } })).toEqual({ open: { stages: [{ durationMs: 0, ratePerSecond: 30 }, { durationMs: 3000, ratePerSecond: 30 }], maxUsers: 120 } });
    expect(check({ preset: { key: 'constant', ratePerSecond: 0.2 } })).toMatchObject({ open: { stages: [{ ratePerSecond: 5 }, {}] } });
    expect(check({ preset: { key: 'constant', ratePerSecond: 1000 } })).toMatchObject({ closed: { stages: [{ users: 2 }, {}] } });
  });
  test('is nothing before a run that is shorter than 30 s, or over with its iterations', () => {
    const worth = (load: object) => isWorthACheck(planOf(load));
    expect([worth({ preset: { key: 'constant', users: 2, durationMs: 29_999 } }), worth({ preset: { key: 'constant', users: 2, durationMs: 30_000 } }), worth({ preset: { key: 'smoke' } })]).toEqual([false, true, false]);
  });
});
