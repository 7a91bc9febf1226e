import { describe, expect, it, test } from 'vitest';
import { edgeOf, holds, rangeOf } from '../../ui/src/lib/verdict/would-pass.ts';

const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', measured: 484.2, samples: 8664, reasonCode: 'slower_than_allowed' };

describe('the limit from which on an objective would have held', () => {
  test.each([
    ['a percentile, from the next whole ms on', 'latency', p95, { limit: 485, upTo: false }],
    ['a percentile that is a whole number: less than that is asked', 'latency', { ...p95, measured: 484 }, { limit: 485, upTo: false }],
    ['the same where it may be equal', 'latency', { ...p95, measured: 484, comparison: '<=' }, { limit: 484, upTo: false }],
    ['a fast one, to a hundredth', 'latency', { ...p95, measured: 7.384 }, { limit: 7.39, upTo: false }],
    ['an error ratio', 'error_ratio', { ...p95, statistic: null, measured: 0.0058, samples: 8680, reasonCode: null }, { limit: 0.59, upTo: false }],
    ['an error ratio without a failure: so many are needed to show it', 'error_ratio', { ...p95, statistic: null, measured: 0, samples: 600, reasonCode: null, comparison: '<' }, { limit: 0.5, upTo: false }],
    ['a throughput, up to what came through', 'throughput', { ...p95, statistic: null, measured: 32.07, comparison: '>=', reasonCode: 'below_limit' }, { limit: 32, upTo: true }],
    ['checks', 'checks_ratio', { ...p95, statistic: null, measured: 0.9871, samples: 2000, comparison: '>=', reasonCode: null }, { limit: 98.7, upTo: true }],
  ] as const)('of %s', (_of, metric, told, edge) => expect(edgeOf(metric, told)).toEqual(edge));

  it('is none where no limit decides: too few, nothing measured, or another reason', () => {
    for (const told of [{ ...p95, samples: 58 }, { ...p95, measured: null }, { ...p95, reasonCode: 'generator_unhealthy' }, { ...p95, reasonCode: 'cut_short' }]) expect(edgeOf('latency', told)).toBeNull();
  });

  it('divides what would hold from what would not', () => {
    expect([484, 485, 486].map((limit) => holds({ limit: 485, upTo: false }, limit))).toEqual([false, true, true]);
    expect([31, 32, 33].map((limit) => holds({ limit: 32, upTo: true }, limit))).toEqual([true, true, false]);
  });
});

describe('the slider of a limit', () => {
  it.each([['latency', 400, 484.2], ['latency', 3, 12.2], ['latency', 30_000, 1.5], ['error_ratio', 0.01, 0], ['error_ratio', 0.9, 1], ['checks_ratio', 0.99, 0.7], ['throughput', 10, 237], ['throughput', 10, null]] as const)('of %s %d reaches it and what was measured (%d) to a step, in a hundred steps or so', (metric, value, measured) => {
    const { min, max, step } = rangeOf(metric, value, measured);
    const scale = metric.endsWith('ratio') ? 100 : 1;
    for (const one of [value, measured]) if (one !== null && one > 0) expect(one * scale).toSatisfy((typed: number) => typed >= min - step && typed <= max);
    expect((max - min) / step).toBeGreaterThanOrEqual(50);
    expect((max - min) / step).toBeLessThanOrEqual(1000);
  });
});
