/** Limits that the last runs suggest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastValues, limitText, suggestedLimit } from '../../ui/src/lib/plan/suggestion.ts';

const run = (value: number | null, more: object = {}) => ({ value, atLeast: false, series: 0, ...more });

describe('the last runs', () => {
  it('are up to five that measured something, of what the last one is comparable with', () => {
    expect(lastValues([1, 2, 3, 4, 5, 6].map((value) => run(value)))).toEqual([2, 3, 4, 5, 6]);
    expect(lastValues([run(1), run(null), run(2), run(9, { series: 1 }), run(3), run(30_000, { atLeast: true }), run(null, { series: 1 })])).toEqual([1, 2, 3]);
    expect(lastValues([])).toEqual([]);
    expect(lastValues([run(null)])).toEqual([]);
  });
});

describe('a limit', () => {
  it.each([
    ['latency', [298, 312, 305], 400],
    ['latency', [479], 600],
    ['latency', [8.4, 9.99], 12],
    ['latency', [1000], 1200],
    ['latency', [1001], 1500],
    ['throughput', [33.2, 34], 28],
    ['throughput', [120], 100],
    ['error_ratio', [0, 0.0005], 0.005],
    ['error_ratio', [0.004, 0.021], 0.05],
    ['checks_ratio', [1, 0.999], 0.995],
    ['checks_ratio', [0.9], 0.8],
  ] as const)('of %s after %j is %d', (metric, values, limit) => expect(suggestedLimit(metric, values)).toBe(limit));

  it.each([['latency', []], ['latency', [0]], ['throughput', [0]], ['error_ratio', [0.6]], ['checks_ratio', [0.2]]] as const)('of %s after %j there is none', (metric, values) =>
    expect(suggestedLimit(metric, values)).toBeNull());

  it('is written in the unit of its field', () => {
    expect([limitText('latency', 400), limitText('error_ratio', 0.005), limitText('checks_ratio', 0.995), limitText('throughput', 28)]).toEqual(['400', '0.5', '99.5', '28']);
  });

  it('leaves the worst run room, and is no farther from it than by half', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, (some) => {
        const [latency, throughput] = [suggestedLimit('latency', some) ?? 0, suggestedLimit('throughput', some) ?? 0];
        expect(latency / Math.max(...some)).toBeGreaterThan(1.19);
        expect(latency / Math.max(...some)).toBeLessThan(1.6);
        expect(throughput / Math.min(...some)).toBeLessThanOrEqual(0.8501);
        expect(throughput / Math.min(...some)).toBeGreaterThan(0.75);
      }),
    );
  });
});
