/** What a comparison of runs calls, and how often it is wrong: on simulated runs, of which the truth is known. */
import { describe, expect, test } from 'vitest';
import { runValue } from '../../server/trend/blocks.ts';
import { type Change, isUnfit, type Measure, type Outcome, type Unfit } from '../../server/trend/change.ts';
import { compareRuns } from '../../server/trend/compare.ts';
import { compareSeveral } from '../../server/trend/several.ts';
import { type Random, randomFrom, simulatedRun } from '../helpers/simulated.ts';

const p50: Measure = { metric: 'latency', statistic: 'p50' };
const p95: Measure = { metric: 'latency', statistic: 'p95' };
const SECONDS = 200;
const PAIRS = 200;
/** At most: 5 of 100. */
const FALSE_ALARMS = 0.05;

const outcomeOf = (compared: Change | Unfit): Outcome => {
  if (isUnfit(compared)) throw new Error(compared.reason);
  return compared.outcome;
};
const shareOf = (outcomes: readonly Outcome[], outcome: Outcome): number => outcomes.filter((each) => each === outcome).length / outcomes.length;
/** Of equal runs the other way round an improvement is a regression: each pair tells twice. */
const falseAlarms = (outcomes: readonly Outcome[]): number => (shareOf(outcomes, 'REGRESSION') + shareOf(outcomes, 'IMPROVEMENT')) / 2;

/** p95 of runs of 200 s without noise between them; a draw gives one of them a level of its own, which on logs is all that such noise does. */
const pool = (() => {
  const random = randomFrom(42);
  return Array.from({ length: 60 }, () => {
    const value = runValue(simulatedRun(random, { seconds: SECONDS }), p95);
    if (isUnfit(value)) throw new Error(value.reason);
    return value.value;
  });
})();
const draw = ({ uniform, normal }: Random, noise: number, factor = 1): number => (pool[Math.floor(uniform() * pool.length)] ?? 0) * factor * Math.exp(noise * normal());
const draws = (random: Random, count: number, noise: number, factor = 1): number[] => Array.from({ length: count }, () => draw(random, noise, factor));

describe('two runs of the same', () => {
  test.each([[0.02], [0.05], [0.1]])('that differ by %d anyway are called a regression in at most 5 of 100 pairs, although that noise was never measured', (noise) => {
    const random = randomFrom(1000 * noise);
    const [medians, tails]: [Outcome[], Outcome[]] = [[], []];
    for (let i = 0; i < PAIRS; i++) {
      const [one, other] = [simulatedRun(random, { seconds: SECONDS, noise }), simulatedRun(random, { seconds: SECONDS, noise })];
      medians.push(outcomeOf(compareRuns(one, other, p50)));
      tails.push(outcomeOf(compareRuns(one, other, p95)));
    }
    expect([falseAlarms(medians), falseAlarms(tails)].every((share) => share <= FALSE_ALARMS), `${falseAlarms(medians)} of medians, ${falseAlarms(tails)} of p95`).toBe(true);
    // A test that never fires would pass as well.
    if (noise === 0.1) expect(falseAlarms(tails)).toBeGreaterThan(0.01);
  }, 60_000);

  test.each([[0.02], [0.05], [0.1]])('that differ by %d are called a regression in at most 5 of 100, where five runs have measured that noise', (noise) => {
    const random = randomFrom(7 + 1000 * noise);
    const runs = Array.from({ length: 40 }, () => simulatedRun(random, { seconds: SECONDS, noise }));
    const outcomes = runs.flatMap((one, i) => runs.slice(i + 1, i + 6).map((other) => outcomeOf(compareRuns(one, other, p95, draws(random, 5, noise)))));
    expect(falseAlarms(outcomes)).toBeLessThanOrEqual(FALSE_ALARMS);
  }, 60_000);

  test('are the same, and said to be, where runs hardly differ and that was measured', () => {
    const random = randomFrom(3);
    const outcomes = Array.from({ length: 40 }, () => outcomeOf(compareRuns(simulatedRun(random, { seconds: SECONDS }), simulatedRun(random, { seconds: SECONDS }), p95, draws(random, 10, 0))));
    expect(shareOf(outcomes, 'SAME')).toBeGreaterThanOrEqual(0.8);
  }, 60_000);
});

describe('a run that is 30 % slower, where runs differ by 5 % anyway', () => {
  const noise = 0.05;
  const factor = 1.3;

  test('is found by one pair in more than half, and a 40 % slower one in 80 of 100', () => {
    const random = randomFrom(30);
    const found = (times: number) => shareOf(Array.from({ length: 100 }, () => outcomeOf(compareRuns(simulatedRun(random, { seconds: SECONDS, noise }), simulatedRun(random, { seconds: SECONDS, noise, factor: times }), p95))), 'REGRESSION');
    expect(found(factor)).toBeGreaterThanOrEqual(0.5);
    expect(found(1.4)).toBeGreaterThanOrEqual(0.8);
  }, 60_000);

  test('is found in 80 of 100 where what is UNCLEAR is repeated twice and decided on all runs', () => {
    expect(foundAfterRepeats(factor)).toBeGreaterThanOrEqual(0.8);
  }, 60_000);

  test('is not found in the same way where there is nothing to find', () => {
    expect(foundAfterRepeats(1)).toBeLessThanOrEqual(FALSE_ALARMS);
  }, 60_000);

  /** The share of REGRESSION. */
  function foundAfterRepeats(times: number): number {
    const random = randomFrom(31);
    const outcomes = Array.from({ length: 100 }, () => {
      const [one, other] = [simulatedRun(random, { seconds: SECONDS, noise }), simulatedRun(random, { seconds: SECONDS, noise, factor: times })];
      const first = outcomeOf(compareRuns(one, other, p95));
      if (first !== 'UNCLEAR') return first;
      const [before, after] = [one, other].map((run) => runValue(run, p95));
      if (!before || !after || isUnfit(before) || isUnfit(after)) throw new Error('a run has no p95');
      return outcomeOf(compareSeveral([before, ...draws(random, 2, noise)], [after, ...draws(random, 2, noise, times)], p95));
    });
    return shareOf(outcomes, 'REGRESSION');
  }

  test.each([[8, 1], [3, 3], [5, 5], [9, 3]])('is found in 80 of 100 by %d runs against %d', (before, after) => {
    const random = randomFrom(100 * before + after);
    const compared = (times: number) => Array.from({ length: 400 }, () => outcomeOf(compareSeveral(draws(random, before, noise), draws(random, after, noise, times), p95)));
    expect(shareOf(compared(factor), 'REGRESSION')).toBeGreaterThanOrEqual(0.8);
    expect(falseAlarms(compared(1))).toBeLessThanOrEqual(FALSE_ALARMS);
  });
});
