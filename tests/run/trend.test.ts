/** A number of a test from run to run, as it is read from the runs. */
import { describe, expect, test } from 'vitest';
import type { EndNews } from '../../server/run/news.ts';
import { findRun } from '../../server/run/store.ts';
import { comparedHash as hashOfCompared } from '../../server/script/compared.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { insertLoadTest } from '../../server/script/store.ts';
import { pin } from '../../server/run/baseline/store.ts';
import { alikeFigures } from '../../server/trend/figures/store.ts';
import { trend } from '../../server/trend/history.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { type FigureRun, figureRun } from '../helpers/figure-run.ts';
import { storedRun, testPlan } from '../helpers/stored-run.ts';

onEachDatabase('a trend', (database) => {
  /** A test with so many settled runs, of which only the figures are there. */
  async function testWith(values: readonly (number | null)[], of: (index: number) => Partial<FigureRun> = () => ({})) {
    const first = await storedRun(database);
    const { db, cipher } = first.ctx;
    const saved = await insertLoadTest(db, cipher, 'north', 'ada', { workflowId: null, name: 'Nightly', framework: 'locust', definition: '{}', workflowHash: 'a', plan: testPlan(), planHash: 'p' });
    const ids: string[] = [];
    for (const [i, value] of values.entries()) ids.push(await figureRun(db, cipher, saved, { value, startedAt: new Date(Date.UTC(2026, 0, 1 + i)), ...of(i) }));
    return { ctx: first.ctx, saved, ids };
  }

  const p95 = { metric: 'latency', statistic: 'p95', requestName: null, last: null };
  const noisy = (i: number, level: number) => level * (1 + 0.01 * ((i * 7) % 5));
  const moved = Array.from({ length: 30 }, (_, i) => noisy(i, i < 18 ? 100 : 130));

  test('shows where the level moved: the first run of the new one, with before and after', async () => {
    const { ctx, saved, ids } = await testWith(moved);
    const found = await trend(ctx, { ...p95, loadTestId: saved.id });
    expect(found.points.map(({ runId }) => runId)).toEqual(ids);
    expect(found.points[3]).toMatchObject({ value: moved[3], verdict: 'passed', facts: { framework: 'locust', frameworkVersion: '2.47.0', workflowHash: 'a', planHash: 'p' }, baseline: false, at: new Date('2026-01-04') });
    expect(found.changePoints.map(({ run, isWeak }) => [run.runId, isWeak])).toEqual([[ids[18], false]]);
    expect(found.changePoints[0]!.change).toBeCloseTo(0.3, 1);
    expect(found.reason).toBeNull();
  });

  test('goes on across versions of the framework, and marks the baseline; runs without a value are points of no level', async () => {
    const { ctx, saved, ids } = await testWith([...moved.slice(0, 20), null, ...moved.slice(20)], (i) => ({ frameworkVersion: i < 10 ? '2.46.0' : '2.47.0' }));
    await pin(ctx.db, { organizationId: 'north', loadTestId: saved.id, runId: ids[2]!, pinnedBy: 'ada', reason: null });
    const found = await trend(ctx, { ...p95, loadTestId: saved.id });
    expect(found.points.map(({ facts }) => facts.frameworkVersion)).toContain('2.46.0');
    expect(found.points.flatMap(({ baseline }, i) => (baseline ? [i] : []))).toEqual([2]);
    expect(found.points[20]).toMatchObject({ value: null });
    expect(found.changePoints.map(({ run }) => run.runId)).toEqual([ids[18]]);
  });

  test('a run whose rows ran out before its plan was over is a point without a value', async () => {
    const { ctx, saved } = await testWith(moved, (i) => (i === 4 ? { cause: 'rows_ran_out' } : {}));
    const { points } = await trend(ctx, { ...p95, loadTestId: saved.id });
    expect(points.flatMap(({ value }, i) => (value === null ? [i] : []))).toEqual([4]);
  });

  test('takes another plan for no change of the level', async () => {
    const { ctx, saved } = await testWith(moved, (i) => ({ comparedHash: i < 18 ? 'small' : 'large' }));
    expect((await trend(ctx, { ...p95, loadTestId: saved.id })).changePoints).toEqual([]);
  });

  test.each([
    ['place', 'fargate'],
    ['hostFingerprint', 'linux arm64'],
  ])('takes another %s for no change of the level', async (field, other) => {
    const { ctx, saved } = await testWith(moved, (i) => (i < 18 ? {} : { [field]: other }));
    expect((await trend(ctx, { ...p95, loadTestId: saved.id })).changePoints).toEqual([]);
  });

  test('numbers what belongs together, as it first appears: runs of two frameworks in turns are two series, each with its own level and its own news', async () => {
    const { ctx, saved, ids } = await testWith(moved.flatMap((value) => [value, 500]), (i) => ({ framework: i % 2 === 0 ? 'locust' : 'k6' }));
    const { points, changePoints } = await trend(ctx, { ...p95, loadTestId: saved.id });
    expect(points.map(({ series }) => series)).toEqual(points.map(({ facts }) => (facts.framework === 'locust' ? 0 : 1)));
    expect(changePoints.map(({ run }) => run.runId)).toEqual([ids[36]]);
    const last = await trend(ctx, { ...p95, loadTestId: saved.id, last: 3 });
    expect(last.points.map(({ series, facts }) => [series, facts.framework])).toEqual([[0, 'k6'], [1, 'locust'], [0, 'k6']]);
  });

  test.each(['comparedHash', 'place', 'hostFingerprint'])('a run of another %s begins a series of its own, and a later one of the first belongs to the first', async (field) => {
    const { ctx, saved } = await testWith([1, 2, 3], (i) => (i === 1 ? { [field]: 'other' } : {}));
    expect((await trend(ctx, { ...p95, loadTestId: saved.id })).points.map(({ series }) => series)).toEqual([0, 1, 0]);
  });

  test('has no value of a run whose generator did not keep up, or lost results, as it was settled', async () => {
    const { ctx, saved } = await testWith([]);
    const fine: EndNews = { iterationsStarted: 50, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: 10_000, latenessP99Ms: 1, requestsFolded: 0 };
    for (const more of [{}, { latenessP99Ms: 5000 }, { linesLost: 1 }]) {
      const run = await storedRun(database, testPlan(), undefined, { loadTestId: saved.id });
      for (let i = 0; i < 50; i++) run.add(4000 + i * 10);
      await run.close(11);
      await run.settle({}, { ...fine, ...more });
    }
    expect((await trend(ctx, { ...p95, loadTestId: saved.id })).points.map(({ value }) => value !== null)).toEqual([true, false, false]);
  });

  test('marks values that are only known to be at least so much', async () => {
    const { ctx, saved } = await testWith([100, 30_000], (i) => (i === 1 ? { atLeast: ['p95Ms'] as const } : {}));
    expect((await trend(ctx, { ...p95, loadTestId: saved.id })).points.map(({ atLeast }) => atLeast)).toEqual([false, true]);
    expect((await trend(ctx, { ...p95, statistic: 'p50', loadTestId: saved.id })).points.map(({ atLeast }) => atLeast)).toEqual([false, false]);
  });

  test('how much runs differ from one another is told by whole runs, of which nothing was lost and whose value is known', async () => {
    const comparedHash = hashOfCompared(resolvePlan(testPlan()), null);
    const more: Record<number, Partial<FigureRun>> = { 1: { usable: false }, 2: { atLeast: ['p95Ms'] }, 3: { cause: 'rows_ran_out' }, 4: { hostFingerprint: 'linux arm64' } };
    const { ctx, saved, ids } = await testWith([100, 101, 102, 103, 104, 105, 106], (i) => ({ comparedHash, ...more[i] }));
    const latest = await findRun(ctx.db, ctx.cipher, 'north', ids[6]!);
    expect(saved.id).toBe(latest!.loadTestId);
    expect(await alikeFigures(ctx.db, latest!, { requestName: null, field: 'p95Ms' }, [])).toEqual([105, 100]);
  });

  test('opens no definition, which may be large, to see that its test is there', async () => {
    const { ctx, saved } = await testWith([100]);
    const sealed = { ...ctx, cipher: { ...ctx.cipher, open: () => { throw new Error('a text was opened'); } } };
    expect((await trend(sealed, { ...p95, loadTestId: saved.id })).points).toHaveLength(1);
  });

  test('of a request, of errors, of the last few; and says why of few runs nothing can be told', async () => {
    const { ctx, saved } = await testWith(moved, () => ({ requestName: 'a "b" {c}' }));
    expect((await trend(ctx, { ...p95, loadTestId: saved.id, requestName: 'a "b" {c}' })).points[0]?.value).toBe(200);
    expect((await trend(ctx, { ...p95, loadTestId: saved.id, requestName: 'nobody' })).points[0]?.value).toBeNull();
    expect((await trend(ctx, { metric: 'error_ratio', statistic: null, requestName: 'a "b" {c}', last: null, loadTestId: saved.id })).points[0]?.value).toBe(0.5);
    const last = await trend(ctx, { ...p95, loadTestId: saved.id, last: 4 });
    expect(last.points.map(({ value }) => value)).toEqual(moved.slice(-4));
    expect(last.reason).toMatch(/10 runs or more; there are 4/);
    expect(await trend(ctx, { ...p95, loadTestId: (await testWith([])).saved.id })).toEqual({ points: [], changePoints: [], reason: expect.stringContaining('there are 0') });
  });

  describe('refuses', () => {
    test.for([
      [{ metric: 'latency', statistic: null }, 'statistic'],
      [{ metric: 'latency', statistic: 'p42' }, 'statistic'],
      [{ metric: 'error_ratio' }, 'statistic'],
      [{ metric: 'speed', statistic: null }, 'metric'],
      [{ metric: 'throughput', statistic: null, requestName: 'execute' }, 'requestName'],
      [{ last: 0 }, 'last'],
      [{ last: 10_001 }, 'last'],
    ] as const)('%j', async ([more, path]) => {
      const { ctx, saved } = await testWith([]);
      await expect(trend(ctx, { ...p95, loadTestId: saved.id, ...more })).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path }] });
    });

    test('a test of another organization', async () => {
      const { ctx, saved } = await testWith([]);
      await expect(trend({ ...ctx, viewer: { ...ctx.viewer, organizationId: 'south' } }, { ...p95, loadTestId: saved.id })).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
