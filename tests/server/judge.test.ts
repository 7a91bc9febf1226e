import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { fold } from '../../server/metrics/fold.ts';
import { type JudgedPlan, judgeObjective, type RunFacts, verdictOf } from '../../server/verdict/judge.ts';
import { type ObjectiveTally, tallyOf } from '../../server/verdict/tally.ts';
import type { Outcome } from '../../server/samples/sample.ts';
import type { ScriptObjective } from '../../templates/framework.ts';

interface Vector {
  readonly name: string;
  readonly plan: JudgedPlan & { readonly objectives: readonly ScriptObjective[] };
  readonly samples?: readonly [string | null, number, number, Outcome][];
  readonly tallies?: readonly ObjectiveTally[];
  readonly facts: RunFacts;
  readonly expected: { readonly verdict: string; readonly results: readonly { readonly verdict: string; readonly reason: string }[] };
}

const vectors = JSON.parse(readFileSync(new URL('../../templates/shared/vectors/judge.json', import.meta.url), 'utf8')) as Vector[];

/** Samples go the way of a real run: lines, intervals, fold. */
function talliesOf({ plan, samples, tallies }: Vector): readonly ObjectiveTally[] {
  if (tallies) return tallies;
  const collector = new Collector({ ...plan, warmUpMs: 0 });
  for (const [name, startMicros, durationMicros, outcome] of samples ?? [])
    collector.add(name === null ? { kind: 'execution', startMicros, durationMicros, outcome } : { kind: 'request', name, startMicros, durationMicros, outcome, status: 200, extra: {} });
  const folded = fold(collector.close(collector.end)?.rows ?? []);
  return plan.objectives.map((objective, i) => tallyOf(folded, objective, i));
}

describe("the server's judge agrees with the scripts", () => {
  // The mean cannot be told by counts: scripts say "needs the server", and the server judges it.
  for (const vector of vectors.filter((v) => v.plan.objectives.every((o) => o.statistic !== 'mean')))
    test(vector.name, () => {
      const tallies = talliesOf(vector);
      const results = vector.plan.objectives.map((objective, i) => judgeObjective(vector.plan, objective, i, tallies[i] ?? { n: 0, k: 0 }, vector.facts));
      expect(results.map((r) => ({ ...r, reason: r.reason ?? '' }))).toEqual(vector.expected.results);
      expect(verdictOf(results)).toBe(vector.expected.verdict);
    });
});

const mean: ScriptObjective = { metric: 'latency', statistic: 'mean', comparison: '<', value: 100, requestName: null, during: 'whole', added: false, perMille: null, slowerFromMicros: 100_000, limitPpm: null, abortAfterMs: null };
const whole: JudgedPlan = { steady: [[0, 1000]], durationMs: 1000, plannedIterations: null };
const fine: RunFacts = { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: 10, broken: null };

describe('the mean is judged by the server', () => {
  test('below its limit it passes, at the limit it does not', () => {
    expect(judgeObjective(whole, mean, 0, { n: 10, k: 1 }, fine, 99.9).verdict).toBe('passed');
    expect(judgeObjective(whole, mean, 0, { n: 10, k: 1 }, fine, 100)).toMatchObject({ verdict: 'failed', reason: 'above_limit' });
  });
  test('without a success there is nothing to judge', () => {
    expect(judgeObjective(whole, mean, 0, { n: 3, k: 3 }, fine, null)).toMatchObject({ verdict: 'not_evaluated', reason: 'no_samples' });
  });
});
