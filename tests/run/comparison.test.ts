/** Runs as they are stored, compared through their verbs; the mathematics has tests of its own. */
import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { BATCHES_AT_ONCE } from '../../server/metrics/store.ts';
import { isUnfit } from '../../server/trend/change.ts';
import { comparison, type MetricComparison, methodOf, smallestVisibleChange } from '../../server/trend/comparison.ts';
import { compareRuns } from '../../server/trend/compare.ts';
import { compareErrors } from '../../server/trend/errors.ts';
import { steadyOf } from '../../server/trend/steady.ts';
import { measured as watched } from '../helpers/measured.ts';
import { storedRows } from '../helpers/stored-rows.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { seeded } from '../helpers/seeded.ts';
import { type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';
import type { NewRun } from '../../server/run/store.ts';

const SECONDS = 260;
const plan = testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: SECONDS * 1000 } } });

onEachDatabase('a comparison', (database) => {
  /** 20 executions a second, about `medianMs` long. */
  async function measured(seed: number, medianMs: number, { seconds = SECONDS, failEvery = 0, more = {}, of = plan, ending = {} }: { seconds?: number; failEvery?: number; more?: Partial<NewRun>; of?: typeof plan; ending?: Parameters<StoredRun['settle']>[0] } = {}): Promise<StoredRun> {
    const run = await storedRun(database, of, undefined, { workflowId: 'prices', frameworkVersion: '2.47.0', hostFingerprint: 'linux x64', ...more });
    const random = seeded(seed);
    for (let second = 0; second < seconds; second++) {
      for (let i = 0; i < 20; i++) {
        const fails = failEvery > 0 && (second * 20 + i) % failEvery === 0;
        run.add(second * 1000 + i * 50 + 20, { durationMs: medianMs * Math.exp(0.3 * (random() + random() + random() - 1.5)), ...(fails ? { outcome: 'http_5xx' as const } : {}) });
      }
      if (second % 20 === 19) await run.close(second);
    }
    await run.close(seconds + 1);
    await run.settle(ending);
    return run;
  }

  const compare = (baseline: readonly StoredRun[], runs: readonly StoredRun[], acceptDifferences = false) =>
    comparison(baseline[0]!.ctx, { baselineRunIds: baseline.map(({ id }) => id), runIds: runs.map(({ id }) => id), acceptDifferences });

  const told = (metrics: readonly MetricComparison[]) => metrics.filter(({ primary }) => primary).map(({ metric, statistic, found }) => `${statistic ?? metric} ${isUnfit(found) ? found.code : found.outcome}`);

  let before: StoredRun;
  beforeAll(async () => {
    before = await measured(1, 100);
  });

  test('calls a run that takes half as long again a regression, by a method with a name and an interval', async () => {
    const slower = await measured(2, 150, { more: { workflowHash: 'b'.repeat(64) } });
    const found = await compare([before], [slower]);
    expect(told(found.metrics)).toEqual(['p50 REGRESSION', 'p95 REGRESSION', expect.stringMatching(/^throughput (SAME|UNCLEAR)$/), 'error_ratio SAME']);
    expect(found).toMatchObject({ comparable: true, differences: [], changes: ['The definition was changed: aaaaaaaaaaaa against bbbbbbbbbbbb.'] });
    expect(found.steadyMs).toBeGreaterThanOrEqual(200_000);
    const p95 = found.metrics.find(({ primary, statistic }) => primary && statistic === 'p95')!;
    expect(methodOf(p95.found)).toContain('t interval over log ratios of blocks');
    if (isUnfit(p95.found)) throw new Error(p95.found.reason);
    expect([p95.found.low < 0.5, p95.found.high > 0.5, p95.found.low > 0.1]).toEqual([true, true, true]);
    expect(smallestVisibleChange(found)).toBeGreaterThan(0);
    // The other way round it is an improvement.
    expect(told((await compare([slower], [before])).metrics)).toEqual(['p50 IMPROVEMENT', 'p95 IMPROVEMENT', expect.stringMatching(/^throughput (SAME|UNCLEAR)$/), 'error_ratio SAME']);
  });

  test('does not call a run of the same a regression', async () => {
    const found = await compare([before], [await measured(3, 100)]);
    expect(told(found.metrics).filter((line) => line.includes('REGRESSION'))).toEqual([]);
    expect(found.changes).toEqual([]);
  });

  test('sees errors where there were none', async () => {
    const failing = await measured(4, 100, { failEvery: 20 });
    expect(told((await compare([before], [failing])).metrics)).toContain('error_ratio REGRESSION');
  });

  test('of short runs says why nothing can be said, and how many repeats would help', async () => {
    const short = testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: 30_000 } } });
    const [one, other] = [await measured(5, 100, { seconds: 30, of: short }), await measured(6, 100, { seconds: 30, of: short })];
    const found = await compare([one], [other]);
    expect(told(found.metrics)).toEqual(['p50 too_short', 'p95 too_short', 'throughput too_short', 'error_ratio too_short']);
    expect(found.metrics[0]?.found).toMatchObject({ reason: expect.stringContaining('60 s'), repeats: 6 });
    // Several of them do say something.
    const more = await Promise.all([7, 8].map((seed) => measured(seed, 150, { seconds: 30, of: short })));
    const again = await compare([one, other], more);
    expect(methodOf(again.metrics[0]!.found)).toContain('of runs');
    expect(told(again.metrics)[0]).toBe('p50 REGRESSION');
  });

  test('of a smoke test counts as steady what its iterations took, not what they might have taken', async () => {
    const smoke = testPlan({ load: { preset: { key: 'smoke' } } });
    const found = await compare([await measured(13, 100, { seconds: 10, of: smoke })], [await measured(14, 100, { seconds: 10, of: smoke })]);
    expect(found.steadyMs).toBeGreaterThan(0);
    expect(found.steadyMs).toBeLessThan(20_000);
  });

  test('of two definitions inside one run sees in 60 s what two runs of 60 s would not, and nothing where there is nothing', async () => {
    const minute = testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: 75_000 } } });
    async function alternated(seed: number, factor: number): Promise<StoredRun> {
      const run = await storedRun(database, minute, undefined, { baselineWorkflowHash: 'b'.repeat(64) });
      const random = seeded(seed);
      for (let second = 0; second < 75; second++)
        for (let i = 0; i < 40; i++) {
          const isBaseline = i % 2 === 0;
          const durationMs = 100 * (isBaseline ? 1 : factor) * Math.exp(0.3 * (random() + random() + random() - 1.5));
          const startMicros = Math.round((second * 1000 + i * 25) * 1000);
          run.line({ kind: 'request', startMicros, name: isBaseline ? 'baseline' : 'execute', durationMicros: Math.round(durationMs * 1000), outcome: 'ok', status: 200, extra: isBaseline ? {} : { exec: true } });
        }
      await run.close(77);
      await run.settle();
      return run;
    }
    const slower = await alternated(1, 1.2);
    const found = await compare([slower], [slower]);
    expect(told(found.metrics)).toEqual(['p50 REGRESSION', expect.stringMatching(/^p95 (REGRESSION|UNCLEAR)$/), expect.stringMatching(/^error_ratio /)]);
    expect(methodOf(found.metrics[0]!.found)).toContain('paired blocks');
    expect(found.metrics.flatMap(({ found: { repeats, reason } }) => (repeats !== null || reason?.includes('200 s') ? [{ repeats, reason }] : []))).toEqual([]);
    const same = await alternated(2, 1);
    expect(told((await compare([same], [same])).metrics).filter((line) => line.includes('REGRESSION'))).toEqual([]);
    // With a run of one definition it has not the same load.
    const alone = await measured(11, 100, { seconds: 75, of: minute, more: { workflowId: null } });
    await expect(compare([alone], [slower])).rejects.toMatchObject({ code: 'not_comparable', message: expect.stringContaining('half of the load') });
  });

  describe('of runs with many names', () => {
    const NAMES = ['login', 'list', 'show'];
    const load = { preset: { key: 'constant', users: 2, durationMs: SECONDS * 1000 } };
    const of = testPlan({ load, warmUpMs: 10_000 });

    /** Failures of each kind, lines that come late, and executions that end when no more are started. */
    async function busy(seed: number, factor: number): Promise<StoredRun> {
      const run = await storedRun(database, of, undefined, { workflowId: 'prices' });
      const random = seeded(seed);
      const durationMicros = () => Math.round(40_000 * factor * Math.exp(random() + random()));
      for (let second = 0; second < SECONDS; second++) {
        for (let i = 0; i < 24; i++) {
          const startMicros = Math.max(0, second - (random() < 0.01 ? 5 : 0)) * 1_000_000 + i * 40_000;
          const outcome = random() < 0.02 ? (random() < 0.5 ? 'timeout' : 'http_5xx') : 'ok';
          run.line({ kind: 'execution', startMicros, durationMicros: durationMicros(), outcome });
          run.line({ kind: 'request', startMicros, name: NAMES[i % NAMES.length]!, durationMicros: durationMicros(), outcome, status: 200, extra: {} });
        }
        await run.close(second);
      }
      await run.close(SECONDS + 3);
      await run.settle();
      return run;
    }

    let runs: readonly [StoredRun, StoredRun];
    beforeAll(async () => {
      runs = [await busy(21, 1), await busy(22, 1.3)];
    });

    test.for([64_000_000, 1])('says what all their rows at once say, to the last bit (%i bytes in memory at once)', async (mostBytes) => {
      const [baseline, current] = runs;
      const all = [await storedRows(database.db, 'north', baseline.id), await storedRows(database.db, 'north', current.id)];
      const { metrics } = await comparison(baseline.ctx, { baselineRunIds: [baseline.id], runIds: [current.id], acceptDifferences: false }, mostBytes);
      expect(new Set(metrics.map(({ requestName }) => requestName))).toEqual(new Set([null, ...NAMES]));
      for (const { requestName, metric, statistic, found } of metrics) {
        const [one, other] = all.map((rows) => steadyOf({ rows, steady: baseline.plan.steady, least: baseline.plan, ...(requestName === null ? {} : { kind: 'request', name: requestName }) }));
        if (!one || !other || isUnfit(one) || isUnfit(other)) throw new Error('there is no steady part');
        expect(found).toEqual(metric === 'error_ratio' ? compareErrors([one], [other]) : compareRuns(one, other, statistic === null ? { metric: 'throughput' } : { metric: 'latency', statistic }));
        expect(isUnfit(found)).toBe(false);
      }
    });

    test('reads each of their rows once, in parts, and others have their turn in between', async () => {
      const reading = watched(database.db);
      let [turns, over] = [0, false];
      const others = (async () => {
        for (; !over; turns++) await setImmediate();
      })();
      await comparison({ ...runs[0].ctx, db: reading.db }, { baselineRunIds: [runs[0].id], runIds: [runs[1].id], acceptDifferences: false });
      over = true;
      await others;
      const stored = (await Promise.all(runs.map(({ id }) => storedRows(database.db, 'north', id)))).flat();
      expect(reading.mostRows).toBeLessThan(stored.length / 10);
      expect(reading.rows).toBeLessThan(stored.length + 50);
      expect(turns).toBeGreaterThan((2 * SECONDS) / BATCHES_AT_ONCE);
    });
  });

  describe('refuses', () => {
    test('runs that differ in more than the definition, with the differences named; and compares them when that is accepted', async () => {
      const other = await measured(9, 100, { more: { frameworkVersion: '2.48.0', hostFingerprint: 'linux arm64' } });
      const differences = ['Another version of the framework: 2.47.0 against 2.48.0.', 'Another kind of machine: linux x64 against linux arm64.'];
      await expect(compare([before], [other])).rejects.toMatchObject({ code: 'not_comparable', problems: differences.map((message) => ({ path: 'runIds', message })) });
      expect(await compare([before], [other], true)).toMatchObject({ comparable: false, differences });
    });

    test('several on one side of different definitions, and names what single runs are not worth by their side', async () => {
      const seconds = 60;
      const of = testPlan({ load: { preset: { key: 'constant', ratePerSecond: 40, durationMs: seconds * 1000 } } });
      const [one, other, third] = [await measured(16, 100, { seconds, of }), await measured(17, 100, { seconds, of, more: { workflowHash: 'b'.repeat(64) } }), await measured(18, 100, { seconds, of })];
      const half = (side: string) => `Only 50 % of the planned load was reached in the ${side} run.`;
      const mixed = 'The runs of one side are of different definitions.';
      expect((await compare([one, other], [third], true)).differences).toEqual([mixed, half('baseline'), half('later')]);
      expect((await compare([one], [third, other], true)).differences).toContain(mixed);
      expect((await compare([one], [other], true)).differences).not.toContain(mixed);
      await expect(compare([one, other], [third])).rejects.toMatchObject({ code: 'not_comparable', message: expect.stringContaining(mixed) });
    });

    test('users against a rate, also when differences are accepted; of two rates throughput is no metric', async () => {
      const open = await measured(10, 100, { of: testPlan({ load: { preset: { key: 'constant', ratePerSecond: 20, durationMs: SECONDS * 1000 } } }) });
      const again = await measured(12, 100, { of: (await open.run()).plan });
      expect(told((await compare([open], [again])).metrics).map((line) => line.split(' ')[0])).toEqual(['p50', 'p95', 'error_ratio']);
      await expect(compare([before], [open], true)).rejects.toMatchObject({ code: 'not_comparable', message: expect.stringContaining('different questions') });
    });

    test('a run with itself, one that is not over, one without requests, none at all, and one of somebody else', async () => {
      await expect(compare([before], [before])).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path: 'runIds' }] });
      await expect(compare([before], [await storedRun(database, plan)])).rejects.toMatchObject({ code: 'not_comparable', message: 'This run is not over yet. It cannot be compared.' });
      const nothing = await storedRun(database, plan);
      await nothing.close(3);
      await nothing.settle();
      await expect(compare([before], [nothing])).rejects.toMatchObject({ code: 'not_comparable', message: expect.stringContaining('Nothing was measured') });
      const early = await measured(15, 100, { seconds: 100, ending: { cause: 'rows_ran_out', message: 'The rows ran out.' } });
      expect(await early.run()).toMatchObject({ state: 'finished' });
      await expect(compare([before], [early])).rejects.toMatchObject({ code: 'not_comparable', message: expect.stringContaining('ended before its plan did') });
      await expect(compare([before], [])).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path: 'runIds' }] });
      await expect(comparison({ ...before.ctx, viewer: { ...before.ctx.viewer, organizationId: 'south' } }, { baselineRunIds: [before.id], runIds: [nothing.id], acceptDifferences: true })).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
