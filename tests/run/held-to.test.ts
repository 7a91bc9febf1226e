/** Objectives that are held to the baseline: what the pinned run of the same test measured. */
import { expect, test } from 'vitest';
import { runMetrics } from '../../server/run/live.ts';
import { pin } from '../../server/run/baseline/store.ts';
import type { NewRun } from '../../server/run/store.ts';
import { rejudge } from '../../server/run/rejudge.ts';
import { changeRun } from '../../server/run/row/store.ts';
import type { Run } from '../../server/run/run.ts';
import { insertLoadTest } from '../../server/script/store.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { OWNER, type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';

const held = (more: object = {}) => ({ metric: 'latency', statistic: 'p95', maxChangeRatio: 0.2, ...more });
const planWith = (...objectives: readonly object[]) => testPlan({ objectives });

onEachDatabase('an objective that is held to the baseline', (database) => {
  async function newTest(): Promise<string> {
    const { ctx } = await storedRun(database);
    const saved = await insertLoadTest(ctx.db, ctx.cipher, 'north', 'ada', { workflowId: null, name: 'Nightly', framework: 'locust', definition: '{}', workflowHash: 'a', plan: testPlan(), planHash: 'p' });
    return saved.id;
  }

  async function measured(loadTestId: string, latencyMs: number, { plan = planWith(held()), more = {} }: { plan?: ReturnType<typeof testPlan>; more?: Partial<NewRun> } = {}): Promise<{ stored: StoredRun; run: Run }> {
    const stored = await storedRun(database, plan, undefined, { loadTestId, ...more });
    for (let i = 0; i < 100; i++) stored.add(3500 + i * 50, { durationMs: latencyMs });
    await stored.close(12);
    return { stored, run: await stored.settle() };
  }

  const pinned = ({ stored, run }: { stored: StoredRun; run: Run }) => pin(stored.ctx.db, { organizationId: 'north', loadTestId: run.loadTestId ?? '', runId: run.id, pinnedBy: 'ada', reason: null });

  test('passes within the change that is allowed, and fails beyond it', async () => {
    const saved = await newTest();
    await pinned(await measured(saved, 100));
    expect((await measured(saved, 115)).run).toMatchObject({ verdict: 'passed', result: { objectives: [{ baseline: expect.closeTo(100, 0), measured: expect.closeTo(115, 0), verdict: 'passed' }, {}] } });
    expect((await measured(saved, 130)).run).toMatchObject({ verdict: 'failed', result: { objectives: [{ verdict: 'failed', reasonCode: 'changed_too_much' }, {}] } });
  });

  test('is told to who watches as it stands', async () => {
    const saved = await newTest();
    await pinned(await measured(saved, 100));
    const stored = await storedRun(database, planWith(held()), undefined, { loadTestId: saved });
    for (let i = 0; i < 60; i++) stored.add(3500 + i * 50, { durationMs: 130 });
    await stored.close(7);
    const updates = runMetrics({ ...stored.ctx, runner: { soFar: () => null } }, await stored.run(), 0, new AbortController().signal);
    const { value } = await updates.next();
    expect(value.objectives[0]).toMatchObject({ verdict: 'failed', baseline: expect.closeTo(100, 0), reasonCode: 'changed_too_much' });
    await updates.return(undefined);
  });

  test('of requests, of the whole run, of throughput and of errors alike', async () => {
    const saved = await newTest();
    const plan = planWith(held({ requestName: 'execute' }), held({ during: 'whole' }), { metric: 'throughput', comparison: '>=', maxChangeRatio: 0.1 }, { metric: 'error_ratio', maxChangeRatio: 0.1 });
    await pinned(await measured(saved, 100, { plan }));
    expect((await measured(saved, 100, { plan })).run.result?.objectives.map(({ baseline, verdict }) => [baseline, verdict])).toEqual([
      [expect.closeTo(100, 0), 'passed'], [expect.closeTo(100, 0), 'passed'], [expect.any(Number), 'passed'], [0, 'passed'],
    ]);
  });

  test('is not evaluated where nothing is pinned; that stays the verdict of the run whatever is pinned later, and other limits are held to what is pinned by then', async () => {
    const saved = await newTest();
    const { stored, run } = await measured(saved, 100);
    expect(run).toMatchObject({ verdict: 'not_evaluated', result: { objectives: [{ reasonCode: 'no_baseline' }, {}] } });
    await pinned(await measured(saved, 50));
    const ask = (maxChangeRatio: number) => rejudge(stored.ctx, { runId: run.id, objectives: [held({ maxChangeRatio })], warmUpMs: null });
    expect(await ask(0.2)).toMatchObject({ verdict: 'not_evaluated', objectives: [{ reasonCode: 'no_baseline' }, {}] });
    expect(await ask(0.3)).toMatchObject({ verdict: 'failed', objectives: [{ baseline: expect.closeTo(50, 0), reasonCode: 'changed_too_much' }, {}] });
  });

  test('is not evaluated against a run that cannot be compared, and a warning says in what that differs', async () => {
    const saved = await newTest();
    await pinned(await measured(saved, 100, { more: { frameworkVersion: '2.46.0', hostFingerprint: 'linux arm64' }, plan: testPlan({ objectives: [held()], requestTimeoutMs: 1000 }) }));
    const { run } = await measured(saved, 100, { more: { frameworkVersion: '2.47.0', hostFingerprint: 'linux x64' } });
    expect(run).toMatchObject({ verdict: 'not_evaluated', warnings: ['Objectives that are held to the baseline are not evaluated: its run had another load, target or inputs, locust 2.46.0, another kind of machine.'] });
    // Other objectives are no other load.
    const again = await newTest();
    await pinned(await measured(again, 100, { plan: planWith({ metric: 'latency', statistic: 'p50', comparison: '<', value: 500 }) }));
    expect((await measured(again, 100)).run).toMatchObject({ verdict: 'passed', warnings: [] });
  });

  test('a machine that is twice as slow as before the baseline is told beside it', async () => {
    const saved = await newTest();
    async function checked(p50Ms: number): Promise<{ stored: StoredRun; run: Run }> {
      const stored = await storedRun(database, testPlan(), undefined, { loadTestId: saved });
      await changeRun(database.db, await stored.run(), OWNER, { process: { group: 1, startTicks: 1, bootId: '', host: '', folder: '', isolation: 'none', selfCheck: { p50Ms, p99Ms: 3 * p50Ms, latenessP99Ms: 1 } } });
      for (let i = 0; i < 100; i++) stored.add(3500 + i * 50, { durationMs: 100 });
      await stored.close(12);
      return { stored, run: await stored.settle() };
    }
    await pinned(await checked(1));
    expect((await checked(1.9)).run.result?.generator.reasons).toEqual([]);
    expect((await checked(2)).run.result?.generator.reasons).toEqual([expect.stringContaining('took 2 ms (p50) just before, and 1 ms then'), expect.stringContaining('6 ms (p99)')]);
  });
});
