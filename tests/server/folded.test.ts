/** Rows of an old run, ten seconds to one: whatever is read of a run comes out as it was, or in tens of seconds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldTens } from '../../server/metrics/fold-tens.ts';
import { packed, unpacked } from '../../server/metrics/folded.ts';
import type { Gauges, IntervalRow } from '../../server/metrics/interval.ts';
import { bySecond, pointOf } from '../../server/metrics/point.ts';
import type { StoredRow } from '../../server/metrics/store.ts';
import type { SampleKind } from '../../server/samples/sample.ts';
import { Steps } from '../../server/run/steps.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { compareErrors } from '../../server/trend/errors.ts';
import { compareRuns } from '../../server/trend/compare.ts';
import { isUnfit } from '../../server/trend/change.ts';
import { compareSeveral } from '../../server/trend/several.ts';
import { compareWithin } from '../../server/trend/within.ts';
import { cut, runValue, secondsOf } from '../../server/trend/blocks.ts';
import { addedUp } from '../../server/trend/seconds.ts';
import { type Steady, steadyOf } from '../../server/trend/steady.ts';
import { assess } from '../../server/verdict/assess.ts';
import { evidenceOf } from '../../server/verdict/evidence.ts';
import { partThatRan, reasonsOf } from '../../server/verdict/grounds.ts';
import { achievedOf } from '../../server/verdict/missed-load.ts';
import { Rejudging } from '../../server/verdict/rejudge.ts';
import { type GeneratedRun, generatedRuns, planOf } from '../helpers/generated-runs.ts';
import { LEAST, randomFrom, type Simulated, simulatedRows } from '../helpers/simulated.ts';

const STARTED_MS = Date.UTC(2026, 2, 1);

/** As a server stores them: second by second, with what the generator told. */
function stored(rows: readonly IntervalRow[]): StoredRow[] {
  const told = (second: number): Gauges => ({ users: second % 7, inFlight: second % 4 === 0 ? null : 1, iterationsStarted: second * 3, dropped: 0, lagMs: (second * 13) % 17, cpuRatio: ((second * 7) % 10) / 10, memoryBytes: 1e8 + second });
  return rows.map((row) => ({ ...row, sequence: row.second + 1, at: new Date(STARTED_MS + row.second * 1000), gauges: row.gauges && told(row.second) }));
}

/** What a table gives back. */
const asStored = (rows: readonly StoredRow[]): StoredRow[] => rows.map((row) => (row.folded ? { ...row, folded: unpacked(packed(row.folded, row.second), row.second, row.folded.seconds) } : row));
const folded = ({ rows, plan }: Pick<GeneratedRun, 'rows' | 'plan'>) => asStored(foldTens(stored(rows), plan.steady));

function again(run: GeneratedRun, rows: readonly IntervalRow[], now = resolvePlan(run.plan.plan)) {
  const rejudging = new Rejudging(run.plan, now);
  for (const row of rows) rejudging.add(row);
  return rejudging.judgement(run.grounds, null);
}

describe('a run that was folded', () => {
  test('has fewer rows, and the same seconds in all', () => {
    fc.assert(
      fc.property(generatedRuns, (run) => {
        const rows = folded(run);
        expect(rows.length).toBeLessThanOrEqual(run.rows.length);
        const seconds = [...bySecond(rows)].flatMap(([second, [row]]) => Array.from({ length: row?.folded?.seconds ?? 0 }, (_, i) => second + i));
        expect(seconds).toEqual([...new Set(run.rows.map(({ second }) => second))].sort((a, b) => a - b));
      }),
      { seed: 21, numRuns: 100 },
    );
  });

  test('has the verdict that it had, to the last word, when it is judged again by what it was judged by', () => {
    let narrow = 0;
    fc.assert(
      fc.property(generatedRuns, (run) => {
        const evidence = evidenceOf(run.plan.objectives, run.rows);
        const assessment = assess(partThatRan(run.plan, run.grounds), evidence, run.grounds.facts, null);
        narrow += assessment.objectives.filter(({ margin }) => margin === 'narrow').length;
        const before = { verdict: assessment.verdict, verdictReasons: reasonsOf(run.plan, run.grounds, evidence.fold, assessment), objectives: assessment.objectives };
        expect(again(run, folded(run))).toEqual({ ...before, exact: true });
      }),
      { seed: 22, numRuns: 150 },
    );
    // Which hangs on what each second counted.
    expect(narrow).toBeGreaterThan(10);
  });

  test('is judged by another limit as it was before, but for how sure that is', () => {
    fc.assert(
      fc.property(generatedRuns, fc.integer({ min: 1, max: 3_000_000 }), (run, micros) => {
        const parsed = planOf({ ...run.plan.plan, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: (micros + 1) / 1000 }, { metric: 'error_ratio', comparison: '<', value: 0.3 }] });
        if (!parsed) throw new Error('a limit of its own');
        const [before, after] = [run.rows, folded(run)].map((rows) => again(run, rows, resolvePlan(parsed)).objectives);
        const counted = (objectives = before) => objectives?.map(({ measured, samples, slower, allowed }) => ({ measured, samples, slower, allowed }));
        expect(counted(after)).toEqual(counted(before));
        expect(after?.[1]).toEqual(before?.[1]);
      }),
      { seed: 23, numRuns: 60 },
    );
  });

  test('is drawn as its seconds would be, ten to a point', () => {
    fc.assert(
      fc.property(generatedRuns, fc.constantFrom(null, 'execute'), (run, requestName) => {
        const before = stored(run.rows);
        for (const rows of bySecond(folded(run)).values()) {
          const [{ second, folded: { seconds } = { seconds: 1 } }] = rows as [StoredRow];
          const drawn = pointOf(rows, run.plan, requestName);
          const { sequence: _, ...expected } = pointOf(before.filter((row) => row.second >= second && row.second < second + seconds), run.plan, requestName);
          expect(drawn).toMatchObject({ ...expected, seconds });
        }
      }),
      { seed: 24, numRuns: 60 },
    );
  });

  test('has in its steady part the seconds that it had, but for their latencies, which are those of ten', () => {
    fc.assert(
      fc.property(generatedRuns, fc.constantFrom<[SampleKind, string]>(['execution', ''], ['request', 'execute']), (run, [kind, name]) => {
        const [before, after] = [stored(run.rows), folded(run)].map((rows) => steadyOf({ rows, steady: run.plan.steady, least: run.plan, kind, name }));
        if (!before || !after || isUnfit(before) || isUnfit(after)) {
          expect(after).toEqual(before);
          return;
        }
        const { whole, windows } = before;
        expect([after.ms, after.whole, after.windows.map(({ headMs, tailMs }) => [headMs, tailMs])]).toEqual([before.ms, whole, windows.map(({ headMs, tailMs }) => [headMs, tailMs])]);
        for (const [i, { seconds }] of after.windows.entries()) {
          const were = windows[i]?.seconds ?? [];
          const told = (all: typeof seconds) => all.map(({ counts, total, failed }) => ({ counts, total, failed }));
          expect(told(seconds)).toEqual(told(were));
          for (const [from, { isHeld }] of seconds.entries()) {
            if (isHeld) continue;
            const length = seconds.slice(from + 1).findIndex((second) => !second.isHeld) + 1;
            const to = length === 0 ? seconds.length : from + length;
            const latencies = (all: typeof seconds) => addedUp(all.slice(from, to).map(({ latency }) => latency)).packed();
            expect(to - from).toBeLessThanOrEqual(10);
            expect(latencies(seconds)).toEqual(latencies(were));
          }
        }
      }),
      { seed: 26, numRuns: 150 },
    );
  });

  test('tells the same of its steps and of the load that was reached', () => {
    fc.assert(
      fc.property(generatedRuns, (run) => {
        const end = { endedMs: run.grounds.endedMs, cutShort: run.grounds.facts.cutShort, stopped: null, cores: 1 };
        const stepsOf = (rows: readonly StoredRow[]) => {
          const steps = new Steps(run.plan);
          for (const row of rows) steps.add(row);
          return steps.end(end);
        };
        expect(stepsOf(folded(run))).toEqual(stepsOf(stored(run.rows)));
        const reached = (rows: readonly StoredRow[]) => achievedOf(run.plan, rows, { started: 9, dropped: 0 }, null);
        expect(reached(folded(run))).toEqual(reached(stored(run.rows)));
      }),
      { seed: 25, numRuns: 100 },
    );
  });
});

describe('folded runs that are compared', () => {
  function both(seed: number, plan: Partial<Simulated> = {}, seconds = 240): { readonly before: Steady; readonly half: Steady; readonly after: Steady } {
    const rows = stored(simulatedRows(randomFrom(seed), { seconds, ...plan }));
    const steady: [number, number][] = [[0, seconds * 1000]];
    const foldedUntil = (until: number) => [...asStored(foldTens(rows.filter(({ second }) => second < until), steady)), ...rows.filter(({ second }) => second >= until)];
    const [before, half, after] = [0, 120, Number.POSITIVE_INFINITY].map((until) => steadyOf({ rows: foldedUntil(until), steady, least: LEAST }));
    if (!before || !half || !after || isUnfit(before) || isUnfit(half) || isUnfit(after)) throw new Error('a steady part');
    return { before, half, after };
  }

  test('are compared in blocks of ten seconds, as they were before', () => {
    const [baseline, current] = [both(1), both(2, { factor: 1.3 })];
    for (const measure of [{ metric: 'latency', statistic: 'p50' }, { metric: 'latency', statistic: 'p95' }, { metric: 'throughput' }] as const) {
      const before = compareRuns(baseline.before, current.before, measure);
      const after = compareRuns(baseline.after, current.after, measure);
      if (isUnfit(before) || isUnfit(after)) throw new Error('long enough');
      expect(after.outcome).toBe(before.outcome);
      expect(after.change).toBeCloseTo(before.change, 10);
      expect(after.low).toBeCloseTo(before.low, 10);
      // One that was folded against one that was not.
      const mixed = compareRuns(baseline.before, current.after, measure);
      expect(isUnfit(mixed) ? mixed : mixed.change).toBeCloseTo(before.change, 10);
      // One that is folded to its middle, against one that is folded.
      expect(compareRuns(baseline.half, current.after, measure)).toEqual(after);
    }
    expect(compareErrors([baseline.after], [current.after])).toEqual(compareErrors([baseline.before], [current.before]));
    const values = (runs: readonly Steady[]) => runs.map((run) => runValue(run, { metric: 'latency', statistic: 'p95' })).flatMap((value) => (isUnfit(value) ? [] : [value]));
    expect(compareSeveral(values([baseline.after]), values([current.after, current.after]), { metric: 'latency', statistic: 'p95' })).toEqual(compareSeveral(values([baseline.before]), values([current.before, current.before]), { metric: 'latency', statistic: 'p95' }));
  });

  test('hang together as they did, to the last bit', () => {
    const { before, half, after } = both(7, { errorRatio: 0.02 });
    for (const measure of [{ metric: 'latency' }, { metric: 'throughput' }] as const) for (const run of [half, after]) expect(secondsOf(run, measure)).toEqual(secondsOf(before, measure));
  });

  test('of several machines hang together by the medians of all', () => {
    const rows = (shard: number) => stored(simulatedRows(randomFrom(8 + shard), { seconds: 240 })).map((row) => ({ ...row, shard }));
    const steady: [number, number][] = [[0, 240_000]];
    const of = (all: readonly StoredRow[]) => {
      const run = steadyOf({ rows: all, steady, least: LEAST });
      if (isUnfit(run)) throw new Error('a steady part');
      return run;
    };
    const logs = [0, 1].map((shard) => secondsOf(of(rows(shard)), { metric: 'latency' }));
    const mean = secondsOf(of(asStored(foldTens([...rows(0), ...rows(1)], steady))), { metric: 'latency' });
    for (const [i, each] of mean.entries()) expect(each).toBeCloseTo(((logs[0]?.[i] ?? 0) + (logs[1]?.[i] ?? 0)) / 2, 10);
  });

  test('of whatever length have the same in all, and no block shorter than ten seconds', () => {
    for (const seconds of [61, 97, 128, 203, 245]) {
      const { before, after } = both(seconds, { errorRatio: 0.02 }, seconds);
      expect(runValue(after, { metric: 'latency', statistic: 'p95' })).toEqual(runValue(before, { metric: 'latency', statistic: 'p95' }));
      expect(cut(after, 10).every(({ ms }) => ms >= 10_000)).toBe(true);
      // None has latencies of another one.
      expect(cut(after, 10).map(({ latency }) => latency?.count)).toEqual(cut(after, 10).map(({ counts }) => counts.ok));
      expect({ total: after.whole.total, failed: after.whole.failed }).toEqual({ total: before.whole.total, failed: before.whole.failed });
    }
  });

  test('have in their last second what ended after it, also while that is folded and those rows are not', () => {
    const rows = stored(simulatedRows(randomFrom(9), { seconds: 125 }));
    const steady: [number, number][] = [[0, 120_000]];
    const [inside, late] = [rows.filter(({ second }) => second < 120), rows.filter(({ second }) => second >= 120)];
    const [before, half] = [rows, [...asStored(foldTens(inside, steady)), ...late]].map((all) => steadyOf({ rows: all, steady, least: LEAST }));
    if (!before || !half || isUnfit(before) || isUnfit(half)) throw new Error('a steady part');
    const told = (run: Steady) => cut(run, 10).map(({ counts, total, failed, latency }) => ({ counts, total, failed, latency }));
    expect(told(half)).toEqual(told(before));
    expect(secondsOf(half, { metric: 'latency' }).slice(0, -1)).toEqual(secondsOf(before, { metric: 'latency' }).slice(0, -1));
    expect(secondsOf(half, { metric: 'latency' }).at(-1)).toBeCloseTo(secondsOf(before, { metric: 'latency' }).at(-1) ?? 0, 1);
  });

  test('are refused where blocks were shorter than ten seconds, with the reason', () => {
    const [baseline, current] = [both(3, {}, 90), both(4, {}, 90)];
    expect(compareRuns(baseline.before, current.before, { metric: 'latency', statistic: 'p50' })).toHaveProperty('outcome');
    expect(compareRuns(baseline.after, current.after, { metric: 'latency', statistic: 'p50' })).toMatchObject({ code: 'too_few_blocks', reason: expect.stringContaining('the latencies of 10 s are kept together') });
  });

  test('as two definitions of one run are paired in blocks of ten seconds', () => {
    const compared = (seconds: number) => compareWithin(both(5, {}, seconds).after, both(6, { factor: 1.3 }, seconds).after, { metric: 'latency', statistic: 'p50' });
    expect(compared(240)).toMatchObject({ outcome: 'REGRESSION', method: 'pairedBlocks' });
    expect(compared(110)).toMatchObject({ code: 'too_few_blocks', reason: expect.stringMatching(/11 blocks of 10 s.*kept together/) });
  });
});
