/** Objectives that are held to the baseline: what the pinned run of the same test measured. */
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { loadTestRun } from '../../server/db/tables.ts';
import { runMetrics } from '../../server/run/live.ts';
import { pin } from '../../server/run/baseline/store.ts';
import type { EndNews } from '../../server/run/news.ts';
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

  async function measured(loadTestId: string, latencyMs: number, { plan = planWith(held()), more = {}, news = null }: { plan?: ReturnType<typeof testPlan>; more?: Partial<NewRun>; news?: EndNews | null } = {}): Promise<{ stored: StoredRun; run: Run }> {
    const stored = await storedRun(database, plan, undefined, { loadTestId, ...more });
    for (let i = 0; i < 100; i++) stored.add(3500 + i * 50, { durationMs: latencyMs });
    await stored.close(12);
    return { stored, run: await stored.settle({}, news) };
  }

  const pinned = ({ stored, run }: { stored: StoredRun; run: Run }) => pin(stored.ctx.db, { organizationId: 'north', loadTestId: run.loadTestId ?? '', runId: run.id, pinnedBy: 'ada', reason: null });

  test('passes within the change that is allowed, and fails beyond it', async () => {
    const saved = await newTest();
    await pinned(await measured(saved, 100));
    expect((await measured(saved, 115)).run).toMatchObject({ verdict: 'passed', result: { objectives: [{ baseline: expect.closeTo(100, 0), measured: expect.closeTo(115, 0), verdict: 'passed' }, {}] } });
    expect((await measured(saved, 130)).run).toMatchObject({ verdict: 'failed', result: { objectives: [{ verdict: 'failed', reasonCode: 'changed_too_much' }, {}] } });
  });

  test('is none of an objective with a value: nothing is said of a pinned run that had another load', async () => {
    const saved = await newTest();
    await pinned(await measured(saved, 100));
    const plan = testPlan({ load: { preset: { key: 'constant', users: 3, durationMs: 10_000 } }, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500 }] });
    expect((await measured(saved, 100, { plan })).run).toMatchObject({ verdict: 'passed', warnings: [] });
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

  test('counts what had no end in the baseline as in the run itself', async () => {
    const news: EndNews = { iterationsStarted: 120, iterationsDropped: 0, iterationsInterrupted: 4, inFlightAtEnd: 20, linesUnreadable: 0, linesLost: 0, durationMs: 10_000, latenessP99Ms: 1, requestsFolded: 0 };
    const plan = planWith(held({ statistic: 'mean' }), held({ requestName: 'execute' }), held({ requestName: 'execute', during: 'whole' }));
    const saved = await newTest();
    const first = await measured(saved, 100, { plan, news });
    await pinned(first);
    const { stored, run } = await measured(saved, 100, { plan, news });
    // Of the mean, of p95 and of p95 of the whole run only the least is known in both.
    expect(run.result?.objectives.slice(0, 3).map(({ measured, baseline, baselineAtLeast, reasonCode }) => [baseline === measured, baselineAtLeast, reasonCode])).toEqual(Array(3).fill([true, true, 'change_unknown']));
    const slower = await measured(saved, 300, { plan, news: { ...news, iterationsInterrupted: 0, inFlightAtEnd: 0 } });
    expect(slower.run.result?.objectives.slice(0, 3).map(({ verdict, reasonCode }) => [verdict, reasonCode])).toEqual(Array(3).fill(['not_evaluated', 'change_unknown']));
    const own = await rejudge(stored.ctx, { runId: run.id, objectives: run.plan.objectives ?? [], warmUpMs: null });
    expect(own.objectives).toEqual(run.result?.objectives);
  });

  test('is held to what an earlier version measured by the same plan; of another it kept too little to say in what', async () => {
    const saved = await newTest();
    const first = await measured(saved, 100);
    await pinned(first);
    await first.stored.ctx.db.update(loadTestRun).set({ comparedHash: null }).where(eq(loadTestRun.id, first.run.id));
    const { stored, run } = await measured(saved, 100);
    expect(run).toMatchObject({ verdict: 'passed', warnings: [] });
    await expect(rejudge(stored.ctx, { runId: run.id, objectives: [held({ statistic: 'p50' })], warmUpMs: 4000 })).rejects.toMatchObject({ code: 'no_baseline' });
    expect((await measured(saved, 100, { plan: planWith(held(), held({ statistic: 'p50' })) })).run.warnings).toEqual([expect.stringMatching(/its run had another plan, if only in its objectives \(an earlier version measured it, and kept no more of it\)\.$/)]);
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
    const { stored, run } = await measured(saved, 100, { more: { frameworkVersion: '2.47.0', hostFingerprint: 'linux x64' } });
    expect(run).toMatchObject({ verdict: 'not_evaluated', result: { objectives: [{ reasonCode: 'no_baseline', reason: expect.stringContaining('cannot be compared with this run: its own had another load, target or inputs, locust 2.46.0, another kind of machine.') }, {}] }, warnings: ['Objectives that are held to the baseline are not evaluated: its run had another load, target or inputs, locust 2.46.0, another kind of machine.'] });
    // Asked again it says the same; of other limits the refusal does.
    expect(await rejudge(stored.ctx, { runId: run.id, objectives: run.plan.objectives ?? [], warmUpMs: null })).toMatchObject({ verdictReasons: run.result?.verdictReasons });
    await expect(rejudge(stored.ctx, { runId: run.id, objectives: [held({ maxChangeRatio: 0.3 })], warmUpMs: null })).rejects.toMatchObject({ code: 'no_baseline', message: expect.stringContaining('its own had another load, target or inputs, locust 2.46.0') });
    const k6 = await newTest();
    await pinned(await measured(k6, 100));
    expect((await measured(k6, 100, { more: { framework: 'k6' } })).run).toMatchObject({ verdict: 'not_evaluated', warnings: ['Objectives that are held to the baseline are not evaluated: its run had locust.'] });
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
