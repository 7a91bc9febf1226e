import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Readout, spoken, stepped } from '../../ui/src/lib/chart/readout.ts';
import { pictureName } from '../../ui/src/lib/chart/saved-as.ts';
import { niceTop, spread, timeLabels, timeTicks, valueTicks } from '../../ui/src/lib/chart/scale.ts';
import { clock } from '../../ui/src/lib/text/format.ts';
import { plannedLine } from '../../ui/src/lib/plan/planned.ts';

describe('axes', () => {
  it('end at a round number at or above the highest value', () => {
    expect(niceTop(484)).toBe(500);
    expect(niceTop(0)).toBe(1);
    fc.assert(fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (max) => niceTop(max) >= max && niceTop(max) <= 3 * max));
  });

  it('have few lines', () => expect(valueTicks(500, 4)).toEqual([0, 100, 200, 300, 400, 500]));

  it.each([
    [20_000, 4, [0, 5, 10, 15, 20]],
    [60_000, 12, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]],
    [330_000, 6, [0, 60, 120, 180, 240, 300]],
    [7_200_000, 4, [0, 1800, 3600, 5400, 7200]],
  ])('of %i ms with room for %i labels step by round times', (duration, most, seconds) => {
    expect(timeTicks(duration, most)).toEqual(seconds.map((s) => s * 1000));
  });

  it('have at least their two ends in mind when there is no room', () => expect(timeTicks(20_000, 0).length).toBeLessThanOrEqual(2));
});

describe('labels of a time axis', () => {
  /** As drawn in the font of charts. */
  const DIGIT_PX = 6.2;
  const edges = ({ at, label, x }: { at: number; label: string; x: number }) => {
    const width = label.length * DIGIT_PX;
    return at === 0 ? [x, x + width] as const : [x - width / 2, x + width / 2] as const;
  };
  it('do not lie on each other, and stay in the drawing', () => {
    const minutes = [1, 20, 59, 60, 90, 8 * 60, 9 * 60, 24 * 60, 72 * 60];
    fc.assert(
      fc.property(fc.constantFrom(...minutes), fc.integer({ min: 120, max: 1200 }), fc.constantFrom(16, 76), (duration, width, right) => {
        const places = timeLabels(duration * 60_000, width, right, clock).map(edges);
        for (const [i, [from]] of places.entries()) if (i > 0) expect(from).toBeGreaterThan((places[i - 1]?.[1] ?? 0) + 4);
        expect(places.at(-1)?.[1]).toBeLessThanOrEqual(width + right);
      }),
    );
  });
});

describe('labels at line ends', () => {
  it('stay where they are when they have room', () => expect(spread([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90]));
  it('are moved apart in their order', () => {
    const [a = 0, b = 0, c = 0] = spread([50, 49, 51], 14, 0, 100);
    expect(b).toBeLessThanOrEqual(a - 14);
    expect(c).toBeGreaterThanOrEqual(a + 14);
  });
  it('stay around where they were', () => expect(spread([50, 50, 50, 90], 14, 0, 100)).toEqual([36, 50, 64, 90]));
  it('never leave the plot while they fit into it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 10 }), (positions) => {
        const moved = spread(positions, 14, 0, 200);
        expect(moved.every((position) => position >= 0 && position <= 200)).toBe(true);
        const sorted = [...moved].sort((a, b) => a - b);
        expect(sorted.every((position, i) => i === 0 || position - (sorted[i - 1] ?? 0) >= 14 - 1e-9)).toBe(true);
      }),
    );
  });
});

describe('the planned line', () => {
  it('starts at 0, goes straight through the ends of stages, and jumps upright', () => {
    expect(plannedLine({ stages: [{ durationMs: 0, users: 5 }, { durationMs: 20_000, users: 5 }, { durationMs: 10_000, users: 0 }] })).toEqual([
      { x: 0, level: 0 },
      { x: 0, level: 5 },
      { x: 20_000, level: 5 },
      { x: 30_000, level: 0 },
    ]);
  });
});

describe('the moment of a chart by keyboard', () => {
  it('begins at the last interval, goes by one or by ten, and stays at the ends', () => {
    const steps = (index: number | null, ...keys: string[]) => keys.map((key) => stepped(100, index, key));
    expect(steps(null, 'ArrowLeft', 'ArrowRight', 'Home', 'End')).toEqual([99, 99, 0, 99]);
    expect(steps(50, 'ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowUp', 'PageDown', 'PageUp')).toEqual([49, 51, 49, 51, 40, 60]);
    expect(steps(0, 'ArrowLeft', 'PageDown')).toEqual([0, 0]);
    expect(steps(99, 'ArrowRight', 'PageUp')).toEqual([99, 99]);
  });
  it('leaves other keys alone, and all keys where there is nothing to read', () => {
    expect(stepped(100, 5, 'Tab')).toBeUndefined();
    expect(stepped(0, null, 'Home')).toBeUndefined();
  });
  it('is read out with its time first', () => {
    const readout: Readout = { head: '0:05', lines: [{ name: 'p50', value: '7 ms' }, { name: 'p95', value: '10 ms' }] };
    expect(spoken(readout)).toBe('0:05, p50 7 ms, p95 10 ms');
  });
});

describe('the picture of a chart', () => {
  it('is named as the reports of its run are', () => {
    expect(pictureName({ of: 'Nächtlich: 20 users', at: '2026-11-30T22:50:08.123Z' }, 'Throughput and failures')).toBe('Nachtlich-20-users-2026-11-30T22-50-08.throughput-and-failures.png');
  });
  it('has a name where its test has none, or none of such letters', () => {
    const now = new Date('2026-01-02T03:04:05Z');
    expect([pictureName({ of: null, at: null }, 'Latency', now), pictureName({ of: '夜', at: null }, '遅延', now)]).toEqual(['load-test-2026-01-02T03-04-05.latency.png', 'load-test-2026-01-02T03-04-05.png']);
  });
});
