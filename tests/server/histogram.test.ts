import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '../../server/metrics/histogram.ts';

const micros = fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 60_000_000 }), fc.integer({ min: 0, max: 259_200_000_000 }));
const of = (values: readonly number[]) => {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

/** Rank 1 is the fastest. */
const exact = (values: readonly number[], rank: number) => [...values].sort((a, b) => a - b)[rank - 1] ?? Number.NaN;

describe('the value of a rank', () => {
  test('is that of the sorted values, within 0.1 %, for every rank', () => {
    fc.assert(
      fc.property(fc.array(micros, { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = of(values);
        for (let rank = 1; rank <= values.length; rank++) {
          const truth = exact(values, rank);
          expect(histogram.atRank(rank)).toBeGreaterThanOrEqual(truth);
          expect(histogram.atRank(rank)).toBeLessThanOrEqual(truth * 1.001 + 1);
        }
        expect(histogram.atRank(values.length)).toBe(Math.max(...values));
      }),
    );
  });
  test('does not slip to a neighbour among many', () => {
    const histogram = of(Array.from({ length: 50_000 }, (_, i) => (i < 47_500 ? 100 : 1000)));
    expect([histogram.atRank(47_500), histogram.atRank(47_501)]).toEqual([100, 1000]);
  });
});

test('minimum, maximum, sum and count are exact, and stay so when stored and read', () => {
  fc.assert(
    fc.property(fc.array(micros, { minLength: 1, maxLength: 100 }), (values) => {
      const facts = { count: values.length, sumMicros: values.reduce((a, b) => a + b, 0), minMicros: Math.min(...values), maxMicros: Math.max(...values) };
      const stored = of(values).stored();
      expect(stored).toMatchObject(facts);
      const read = new LatencyHistogram();
      if (stored) read.add(LatencyHistogram.from(stored));
      expect(read).toMatchObject(facts);
    }),
  );
});

test('merged in parts it is the same as in one', () => {
  fc.assert(
    fc.property(fc.array(fc.array(micros, { maxLength: 50 }), { minLength: 1, maxLength: 6 }), (parts) => {
      const merged = new LatencyHistogram();
      for (const part of parts) {
        const stored = of(part).stored();
        if (stored) merged.add(LatencyHistogram.from(stored));
      }
      const once = of(parts.flat());
      expect(merged).toMatchObject({ count: once.count, sumMicros: once.sumMicros, minMicros: once.minMicros, maxMicros: once.maxMicros });
      for (let rank = 1; rank <= once.count; rank++) expect(merged.atRank(rank)).toBe(once.atRank(rank));
    }),
  );
});

test('nothing is nothing', () => expect(new LatencyHistogram().stored()).toBeNull());
