/** The server's judge and its watch, held to the vectors of the scripts; and what the server alone judges. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { fold } from '../../server/metrics/fold.ts';
import type { Outcome, SampleLine } from '../../server/samples/sample.ts';
import { scriptObjective } from '../../server/script/objective.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { type JudgedPlan, judgeObjective, type RunFacts, verdictOf } from '../../server/verdict/judge.ts';
import { type ObjectiveTally, tallyOf } from '../../server/verdict/tally.ts';
import { newWatch, watchOf } from '../../server/verdict/watch.ts';
import type { ScriptObjective } from '../../templates/framework.ts';
import { testPlan } from '../helpers/stored-run.ts';

type Checks = readonly [passed: number, failed: number];
type Sample = readonly [name: string | null, startMicros: number, durationMicros: number, outcome: Outcome, checks?: Checks];

interface JudgeVector {
  readonly name: string;
  readonly plan: JudgedPlan & { readonly objectives: readonly ScriptObjective[] };
  readonly samples?: readonly Sample[];
  readonly tallies?: readonly ObjectiveTally[];
  readonly facts: RunFacts;
  readonly expected: { readonly verdict: string; readonly results: readonly { readonly verdict: string; readonly reason: string }[] };
}

interface WatchVector {
  readonly name: string;
  readonly plan: JudgeVector['plan'];
  readonly steps: readonly ({ readonly at: number; readonly broken: number | null } | { readonly add: Sample; readonly times: number; readonly checks?: Checks })[];
}

const vectors = <T>(file: string): readonly T[] => JSON.parse(readFileSync(new URL(`../../templates/shared/vectors/${file}.json`, import.meta.url), 'utf8'));

function lineOf([name, startMicros, durationMicros, outcome, checks]: Sample): SampleLine {
  if (name === null) return { kind: 'execution', startMicros, durationMicros, outcome };
  return { kind: 'request', name, startMicros, durationMicros, outcome, status: 200, extra: checks ? { checks: [checks[0], Array.from({ length: checks[1] }, (_, i) => `check ${i}`)] } : {} };
}

/** Samples go the way of a real run: lines, intervals, fold. */
function talliesOf({ plan, samples, tallies }: JudgeVector): readonly ObjectiveTally[] {
  if (tallies) return tallies;
  const collector = new Collector({ ...plan, warmUpMs: 0 });
  for (const sample of samples ?? []) collector.add(lineOf(sample));
  const folded = fold(collector.close(collector.end)?.rows ?? []);
  return plan.objectives.map((objective, i) => tallyOf(folded, objective, i));
}

const isMean = ({ statistic }: ScriptObjective) => statistic === 'mean';

describe("the server's judge agrees with the scripts", () => {
  test.each(vectors<JudgeVector>('judge'))('$name', (vector) => {
    const tallies = talliesOf(vector);
    const results = vector.plan.objectives.map((objective, i) => judgeObjective(vector.plan, objective, i, tallies[i] ?? { n: 0, k: 0 }, vector.facts));
    // The mean cannot be told by counts: scripts say "needs the server", and the server judges it.
    const { results: expected } = vector.expected;
    const told = results.map((result, i) => (expected[i]?.reason === 'needs_the_server' ? expected[i] : { ...result, reason: result.reason ?? '' }));
    expect(told).toEqual(expected);
    if (!vector.plan.objectives.some(isMean)) expect(verdictOf(results)).toBe(vector.expected.verdict);
  });
});

describe("the server's watch agrees with the scripts", () => {
  test.each(vectors<WatchVector>('watch'))('$name', ({ plan, steps }) => {
    const collector = new Collector({ ...plan, warmUpMs: 0 });
    const watch = watchOf(plan);
    for (const step of steps) {
      if ('at' in step) expect(watch?.brokenAt(collector.close(step.at), step.at)?.index ?? null, `at ${step.at}`).toBe(step.broken);
      else for (let i = 0; i < step.times; i++) collector.add(lineOf([...step.add.slice(0, 4), step.checks] as unknown as Sample));
    }
  });

  test('a plan whose objectives stop nothing is not watched', () => {
    expect(newWatch(resolvePlan(testPlan()))).toBeNull();
  });

  test('a plan that a user wrote is watched', () => {
    const plan = resolvePlan(testPlan({ objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500, abortAfterMs: 2000 }] }));
    const collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: plan.objectives.map(scriptObjective) });
    for (let i = 0; i < 20; i++) collector.add(lineOf([null, 3_000_000, 500_000, 'timeout']));
    const watch = newWatch(plan);
    expect([watch?.brokenAt(collector.close(3), 3), watch?.brokenAt(null, 3), watch?.brokenAt(collector.close(4), 4)]).toEqual([null, null, { index: 0, n: 20, k: 20, allowed: 1, from: 2, until: 4 }]);
  });
});

const mean: ScriptObjective = {
  metric: 'latency', statistic: 'mean', comparison: '<', value: 100, requestName: null, during: 'whole', added: false,
  perMille: null, slowerFromMicros: 100_000, limitPpm: null, abortAfterMs: null,
};
const whole: JudgedPlan = { steady: [[0, 1000]], durationMs: 1000, plannedIterations: null };
const fine: RunFacts = { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: 10, broken: null };

describe('the mean is judged by the server', () => {
  const judged = (meanMs: number, censored: number, comparison: '<' | '<=' = '<') => judgeObjective(whole, { ...mean, comparison }, 0, { n: 10, k: 1 }, fine, { meanMs, censored });

  test('below its limit it passes, at the limit as the comparison says', () => {
    expect(judged(99.9, 0).verdict).toBe('passed');
    expect(judged(100, 0)).toMatchObject({ verdict: 'failed', reason: 'above_limit' });
    expect([judged(100, 0, '<=').verdict, judged(100.1, 0, '<=').verdict]).toEqual(['passed', 'failed']);
  });
  test('with censored ones it is a lower bound: above the limit it fails, below it proves nothing', () => {
    expect(judged(100, 1)).toMatchObject({ verdict: 'failed', reason: 'above_limit' });
    expect(judged(99.9, 1)).toMatchObject({ verdict: 'not_evaluated', reason: 'mean_unknown' });
  });
  test('of nothing there is nothing to judge', () => {
    expect(judgeObjective(whole, mean, 0, { n: 3, k: 3 }, fine, null)).toMatchObject({ verdict: 'not_evaluated', reason: 'no_samples' });
  });
});
