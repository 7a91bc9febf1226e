import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { highestAt, placeOf } from '../../server/metrics/hdr.ts';
import { LatencyHistogram, medianOf, packedFrom } from '../../server/metrics/histogram.ts';

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
  test('is the same when several are asked for at once', () => {
    fc.assert(
      fc.property(fc.array(micros, { minLength: 1, maxLength: 300 }), fc.array(fc.nat({ max: 299 }), { maxLength: 8 }), (values, places) => {
        const histogram = of(values);
        const ranks = places.map((place) => 1 + (place % values.length)).sort((a, b) => a - b);
        expect(histogram.atRanks(ranks)).toEqual(ranks.map((rank) => histogram.atRank(rank)));
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

test('packed, whether when recorded or of what was stored, it is merged to the same, and has the same median', () => {
  fc.assert(
    fc.property(fc.array(fc.array(micros, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 6 }), (parts) => {
      const merged = new LatencyHistogram();
      for (const part of parts) {
        const [recorded, stored] = [of(part), of(part).stored()];
        if (!stored) throw new Error('nothing was stored');
        expect(packedFrom(stored)).toEqual(recorded.packed());
        expect(medianOf(recorded.packed())).toBe(recorded.atRank(Math.ceil(recorded.count / 2)));
        merged.addPacked(recorded.packed());
      }
      const once = of(parts.flat());
      expect(merged).toMatchObject({ count: once.count, sumMicros: once.sumMicros, minMicros: once.minMicros, maxMicros: once.maxMicros });
      for (let rank = 1; rank <= once.count; rank++) expect(merged.atRank(rank)).toBe(once.atRank(rank));
    }),
  );
});

test('packed as nothing it adds nothing', () => {
  const histogram = of([7]);
  histogram.addPacked(new LatencyHistogram().packed());
  expect(histogram.stored()).toEqual(of([7]).stored());
});

test('what counts beyond any duration is no histogram', () => {
  const payload = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 2]);
  const header = inflateSync(Buffer.from(of([5]).stored()?.histogram ?? '', 'base64').subarray(8)).subarray(0, 40);
  const compressed = deflateSync(Buffer.concat([header, payload]));
  const head = Buffer.alloc(8);
  head.writeInt32BE(0x1c849304 | 0x10, 0);
  head.writeInt32BE(compressed.length, 4);
  const histogram = Buffer.concat([head, compressed]).toString('base64');
  const stored = { count: 1, sumMicros: 5, minMicros: 5, maxMicros: 5, histogram };
  expect(() => packedFrom(stored)).toThrow('what nothing takes');
  expect(() => LatencyHistogram.from(stored)).toThrow('what nothing takes');
});

test('nothing is nothing', () => expect(new LatencyHistogram().stored()).toBeNull());

describe("HdrHistogram's own way", () => {
  const theirs = (values: readonly number[]) => {
    const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 2048, autoResize: true, numberOfSignificantValueDigits: 3, useWebAssembly: false });
    for (const value of values) histogram.recordValue(Math.max(1, value));
    return histogram;
  };
  const values = fc.array(micros, { minLength: 1, maxLength: 200 });
  const percentiles = [0.1, 25, 50, 90, 99, 99.9, 100];

  test('what is stored here is read by others', () => {
    fc.assert(
      fc.property(values, (list) => {
        const read = decodeFromCompressedBase64(of(list).stored()?.histogram ?? '', 32, false);
        expect([read.totalCount, ...percentiles.map((p) => read.getValueAtPercentile(p))]).toEqual([list.length, ...percentiles.map((p) => theirs(list).getValueAtPercentile(p))]);
      }),
      { examples: [[[0]], [[1]], [[2047]], [[2048]], [[2 ** 31 - 1, 2 ** 31]]] },
    );
  });
  test('what others have stored is read here', () => {
    fc.assert(
      fc.property(values, (list) => {
        const { histogram: _, ...exact } = of(list).stored() ?? { histogram: '', count: 0, sumMicros: 0, minMicros: 0, maxMicros: 0 };
        const read = LatencyHistogram.from({ ...exact, histogram: encodeIntoCompressedBase64(theirs(list)) });
        for (let rank = 1; rank <= list.length; rank++) expect(read.atRank(rank)).toBe(of(list).atRank(rank));
      }),
    );
  });
  test('its header says that places are not moved and values not multiplied, which some readers would do', () => {
    const header = inflateSync(Buffer.from(of([5000]).stored()?.histogram ?? '', 'base64').subarray(8));
    expect([header.readInt32BE(8), header.readInt32BE(12), header.readBigInt64BE(16), header.readDoubleBE(32)]).toEqual([0, 3, 1n, 1]);
  });
  test('many of the same are counted', () => {
    const one = of([7, 7, 2_000_000]);
    for (let doubled = 0; doubled < 30; doubled++) one.add(LatencyHistogram.from(one.stored() ?? { count: 0, sumMicros: 0, minMicros: 0, maxMicros: 0, histogram: '' }));
    expect([one.count, one.atRank(2 ** 31), one.atRank(2 ** 31 + 1)]).toEqual([3 * 2 ** 30, 7, 2_000_000]);
  });
  test('each place holds the values between its own highest and the one before', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2 ** 48 }), fc.integer({ min: 0, max: 48 }).map((bits) => 2 ** bits), fc.integer({ min: 1, max: 48 }).map((bits) => 2 ** bits - 1)), (value) => {
        const place = placeOf(value);
        expect(value).toBeLessThanOrEqual(highestAt(place));
        expect(value).toBeGreaterThan(highestAt(place - 1));
      }),
    );
  });
  test('what is none is refused', () => {
    for (const text of ['', 'AAAAAAAAAAA=', 'HISTFAAAAAA=']) expect(() => LatencyHistogram.from({ count: 1, sumMicros: 1, minMicros: 1, maxMicros: 1, histogram: text })).toThrow();
  });
});
