/** A against B inside one run, on simulated runs of a minute. */
import { expect, test } from 'vitest';
import { type Change, isUnfit, type Measure, type Outcome } from '../../server/trend/change.ts';
import { compareWithin } from '../../server/trend/within.ts';
import { randomFrom, type Simulated, simulatedAB } from '../helpers/simulated.ts';

type Latency = Extract<Measure, { metric: 'latency' }>;
/** Two cores are shared: on one of its own each takes a second or two. */
const slow = 60_000;

const p50: Latency = { metric: 'latency', statistic: 'p50' };
const p95: Latency = { metric: 'latency', statistic: 'p95' };

function changes(measure: Latency, plan: Partial<Simulated>, seed: number): Change[] {
  const random = randomFrom(seed);
  return Array.from({ length: 200 }, () => {
    const compared = compareWithin(...simulatedAB(random, { seconds: 60, noise: 0.1, ...plan }), measure);
    if (isUnfit(compared)) throw new Error(compared.reason);
    return compared;
  });
}
const shareOf = (all: readonly Change[], outcome: Outcome): number => all.filter((change) => change.outcome === outcome).length / all.length;

test('B that is 20 % slower is found by its median in 90 of 100 runs of 60 s, however much runs differ from one another', () => {
  expect(shareOf(changes(p50, { factor: 1.2 }, 1), 'REGRESSION')).toBeGreaterThanOrEqual(0.9);
}, slow);

test('B that is 30 % slower is found by its p95 in 90 of 100', () => {
  expect(shareOf(changes(p95, { factor: 1.3 }, 2), 'REGRESSION')).toBeGreaterThanOrEqual(0.9);
}, slow);

test.each([p50, p95])('B that is as fast as A is called slower in at most 5 of 100, and the interval holds no change in 85 to 95 (%j)', (measure) => {
  const all = changes(measure, {}, 3);
  expect(shareOf(all, 'REGRESSION')).toBeLessThanOrEqual(0.05);
  const covered = all.filter(({ low, high }) => low <= 0 && high >= 0).length / all.length;
  expect(covered).toBeGreaterThanOrEqual(0.85);
  expect(covered).toBeLessThanOrEqual(0.95);
}, slow);

test('with a request every second of each, there is nothing to cut into blocks of 6 s', () => {
  expect(compareWithin(...simulatedAB(randomFrom(4), { seconds: 60, rate: 2 }), p95)).toMatchObject({ outcome: null, code: 'too_few_samples' });
});

test('of a run of 30 s there are too few blocks', () => {
  expect(compareWithin(...simulatedAB(randomFrom(5), { seconds: 30 }), p50)).toMatchObject({ outcome: null, code: 'too_few_blocks' });
});

test('what is UNCLEAR asks for a longer run, never for repeats: those are not put together', () => {
  const unclear = changes(p95, { factor: 1.1 }, 6).filter(({ outcome }) => outcome === 'UNCLEAR');
  expect(unclear.length).toBeGreaterThan(0);
  for (const { repeats, reason } of unclear) expect({ repeats, reason }).toEqual({ repeats: null, reason: 'One run of this length does not settle it: run longer.' });
}, slow);
