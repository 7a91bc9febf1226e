import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { scriptObjective } from '../../server/script/objective.ts';
import { type ResolvedPlan, resolvePlan } from '../../server/script/resolve.ts';
import { assess } from '../../server/verdict/assess.ts';
import { evidenceOf } from '../../server/verdict/evidence.ts';
import { type Grounds, partThatRan, reasonsOf } from '../../server/verdict/grounds.ts';
import { Rejudging } from '../../server/verdict/rejudge.ts';
import { type GeneratedRun, generatedRuns, noNumbersIn, planOf } from '../helpers/generated-runs.ts';
import { testPlan } from '../helpers/stored-run.ts';

/** What the run was judged to be when it was settled. */
function settled({ plan, rows, grounds }: GeneratedRun) {
  const evidence = evidenceOf(plan.objectives, rows);
  const assessment = assess(partThatRan(plan, grounds), evidence, grounds.facts, null);
  return { verdict: assessment.verdict, verdictReasons: reasonsOf(plan, grounds, evidence.fold, assessment), objectives: assessment.objectives };
}

function again({ plan, rows, grounds }: GeneratedRun, now: ResolvedPlan) {
  const rejudging = new Rejudging(plan, now);
  // Backwards: rows may come in any order.
  for (const row of rows.toReversed()) rejudging.add(row);
  return rejudging.judgement(grounds, null);
}

/** As text: what a table gives back is the same in JSON. */
const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('a run that is judged again', () => {
  test('by what it was judged by has the verdict that it had, whatever it was, and holds nothing that is no number', () => {
    const verdicts = new Set<string>();
    fc.assert(
      fc.property(generatedRuns, (run) => {
        const before = settled(run);
        verdicts.add(before.verdict);
        expect(noNumbersIn(before)).toEqual([]);
        const { exact, ...judgement } = again({ ...run, grounds: asStored(run.grounds) }, resolvePlan(run.plan.plan));
        expect(judgement).toEqual(before);
        expect(exact).toBe(true);
      }),
      { seed: 11, numRuns: 400 },
    );
    expect([...verdicts].sort()).toEqual(['failed', 'not_evaluated', 'passed']);
  });

  test('by the objectives that its result names has it, too: the added one is one of them, and nobody tells the window', () => {
    fc.assert(
      fc.property(generatedRuns, (run) => {
        const before = settled(run);
        const objectives = before.objectives.map(({ metric, statistic, comparison, value, requestName, during, maxChangeRatio, strict }) => ({ metric, statistic, comparison, value, requestName, during, maxChangeRatio, strict }));
        const parsed = planOf({ ...run.plan.plan, objectives });
        if (!parsed) throw new Error('what a result names can be asked for');
        expect(again(run, resolvePlan(parsed)).objectives).toEqual(before.objectives);
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  test('by other limits is kept to 0.1 %: none is missed, and none that is faster by more than that is counted', () => {
    fc.assert(
      fc.property(generatedRuns, fc.integer({ min: 1, max: 3_000_000 }), fc.constantFrom('steady', 'whole'), (run, micros, during) => {
        const parsed = planOf({ ...run.plan.plan, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: (micros + 1) / 1000, during }] });
        if (!parsed) throw new Error('a limit of its own');
        const now = resolvePlan(parsed);
        const from = scriptObjective(now.objectives[0] as (typeof now.objectives)[number]).slowerFromMicros ?? 0;
        const facts = { ...run.grounds.facts, cutShort: true, broken: null };
        const { objectives, exact } = again({ ...run, grounds: { ...run.grounds, facts } }, now);
        const counted = (least: number) => {
          const collector = new Collector({ steady: run.plan.steady, warmUpMs: run.plan.warmUpMs, objectives: [{ ...scriptObjective(now.objectives[0] as (typeof now.objectives)[number]), slowerFromMicros: least }] });
          for (const line of run.lines) collector.add(line);
          const rows = (collector.close(collector.end)?.rows ?? []).filter(({ kind, phase }) => kind === 'execution' && (during === 'whole' || phase === 'steady'));
          return rows.reduce((sum, { slower: [slow = 0] }) => sum + slow, 0);
        };
        const slower = objectives[0]?.slower ?? 0;
        expect(slower).toBeGreaterThanOrEqual(counted(from));
        expect(slower).toBeLessThanOrEqual(counted(Math.floor(from * 0.999)));
        expect(noNumbersIn(objectives)).toEqual([]);
        if (exact) expect(slower).toBe(counted(from));
      }),
      { seed: 13, numRuns: 300 },
    );
  });
});

const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 100 };
const load = { preset: { key: 'constant', users: 2, durationMs: 20_000 } };
const fine: Grounds = { facts: { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: 200, broken: null, unhealthy: null, missed: null }, endedMs: 20_000, said: null };

/** 10 executions each second: 20 ms in the first five seconds, 300 ms afterwards; with a warm-up of 3 s. */
function stepped(objectives: readonly object[], grounds: Partial<Grounds['facts']> = {}): GeneratedRun {
  const plan = resolvePlan(testPlan({ load, objectives }));
  const collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: plan.objectives.map(scriptObjective) });
  for (let i = 0; i < 200; i++) collector.add({ kind: 'request', startMicros: i * 100_000, name: 'execute', durationMicros: i < 50 ? 20_000 : 300_000, outcome: 'ok', status: 200, extra: { exec: true } });
  return { plan, lines: [], rows: collector.close(collector.end)?.rows ?? [], grounds: { ...fine, facts: { ...fine.facts, ...grounds } } };
}
const asked = (run: GeneratedRun, objectives: readonly object[], more: object = {}) => again(run, resolvePlan(testPlan({ load, objectives, ...more })));

describe('what can be asked', () => {
  test('another percentile, part or request name of a limit that was set is exact', () => {
    const run = stepped([p95, { ...p95, requestName: 'execute', value: 500 }]);
    expect(asked(run, [{ ...p95, statistic: 'p50' }])).toMatchObject({ exact: true, verdict: 'failed', objectives: [{ samples: 170, slower: 150, allowed: 85 }, { added: true }] });
    expect(asked(run, [{ ...p95, during: 'whole' }])).toMatchObject({ exact: true, objectives: [{ samples: 200, slower: 150 }, {}] });
    expect(asked(run, [{ ...p95, requestName: 'execute', value: 500 }])).toMatchObject({ exact: true, verdict: 'passed', objectives: [{ slower: 0 }, {}] });
    // For executions it was set, and for this name it was not.
    expect(asked(run, [{ ...p95, requestName: 'execute' }])).toMatchObject({ exact: false, objectives: [{ slower: 150 }, {}] });
  });

  test('the same limit in other words was set: at most 99.999 ms is below 100 ms', () => {
    expect(asked(stepped([p95]), [{ ...p95, comparison: '<=', value: 99.999 }]).exact).toBe(true);
  });

  test('another limit is not exact, and its verdict is right', () => {
    const run = stepped([p95]);
    expect(asked(run, [{ ...p95, value: 299 }])).toMatchObject({ exact: false, verdict: 'failed', objectives: [{ slower: 150 }, {}] });
    expect(asked(run, [{ ...p95, value: 301 }])).toMatchObject({ exact: false, verdict: 'passed', objectives: [{ slower: 0 }, {}] });
  });

  test('what is no latency was counted whatever the limit: ratios, throughput and the mean are exact', () => {
    const objectives = [{ metric: 'throughput', comparison: '>=', value: 9 }, { metric: 'error_ratio', comparison: '<=', value: 0 }, { metric: 'latency', statistic: 'mean', comparison: '<', value: 300 }];
    expect(asked(stepped([p95]), objectives)).toMatchObject({ exact: true, verdict: 'passed' });
  });

  test('another warm-up leaves out what began before it, to the second', () => {
    const run = stepped([p95]);
    const { exact, objectives } = asked(run, [p95], { warmUpMs: 6000 });
    expect(exact).toBe(false);
    // 140 began after it; of those before, 3 ended in the second after it.
    expect(objectives[0]).toMatchObject({ samples: 143, slower: 143 });
    expect(asked(run, [p95], { warmUpMs: 0 }).objectives[0]).toMatchObject({ samples: 200, slower: 150 });
    expect(asked(run, [p95], { warmUpMs: 20_000 })).toMatchObject({ verdict: 'not_evaluated', objectives: [{ reasonCode: 'no_steady_part' }, { during: 'whole' }] });
    // Of the whole run a warm-up is no matter, and the one that it had is no other one.
    expect(asked(run, [{ ...p95, during: 'whole' }, { metric: 'error_ratio', comparison: '<=', value: 0, during: 'whole' }], { warmUpMs: 6000 }).exact).toBe(true);
    expect(asked(run, [p95], { warmUpMs: run.plan.warmUpMs }).exact).toBe(true);
  });

  test('a run without its steady part or without a request says so', () => {
    const none = { ...stepped([p95]), rows: [] };
    expect(asked(none, [p95])).toMatchObject({ verdict: 'not_evaluated', verdictReasons: ['No executions to judge in the steady part.'] });
  });

  test('an objective that stopped the run has failed as long as it is asked, and another is not held to that', () => {
    const run = stepped([{ ...p95, value: 500, abortAfterMs: 5000 }], { cutShort: true, broken: 0 });
    expect(asked(run, [{ ...p95, value: 500, abortAfterMs: 5000 }]).objectives[0]).toMatchObject({ verdict: 'failed', reasonCode: 'broken_in_window' });
    expect(asked(run, [{ metric: 'error_ratio', comparison: '<', value: 0.5 }, { ...p95, value: 500 }]).objectives).toMatchObject([{ reasonCode: 'cut_short' }, { reasonCode: 'broken_in_window' }]);
    expect(asked(run, [{ ...p95, value: 400 }]).objectives[0]).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'cut_short' });
    expect(asked(run, [{ ...p95, value: 500, abortAfterMs: 1000 }]).objectives[0]?.reasonCode).toBe('cut_short');
  });

  test('an objective that is held to a baseline that is known is judged by it', () => {
    const run = stepped([p95]);
    const rejudging = new Rejudging(run.plan, resolvePlan(testPlan({ load, objectives: [{ metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1 }] })));
    for (const row of run.rows) rejudging.add(row);
    expect(rejudging.judgement(run.grounds, { valueOf: () => ({ value: 250, atLeast: false }), differs: null })).toMatchObject({ verdict: 'failed', exact: true, objectives: [{ measured: 300, baseline: 250, reasonCode: 'changed_too_much' }, {}] });
  });
});
