import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaUntil, defaultWarmUp, durationOf, levelAt, type Load, peakOf, plannedIterations, segmentsOf, type Stage, steadyWindows } from '../../server/script/load.ts';

const closed = (...stages: [durationMs: number, target: number][]): Load => loadOf('closed', stages);
const open = (...stages: [durationMs: number, target: number][]): Load => loadOf('open', stages);
function loadOf(model: Load['model'], list: [number, number][]): Load {
  const stages = list.map(([durationMs, target]) => ({ durationMs, target }));
  return { model, stages, maxUsers: peakOf(stages), maxIterations: null };
}

const stages: fc.Arbitrary<Stage[]> = fc.array(
  fc.record({ durationMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000 })), target: fc.integer({ min: 0, max: 1000 }) }),
  { minLength: 1, maxLength: 8 },
);
const loads = stages.map((list): Load => ({ model: 'open', stages: list, maxUsers: 1, maxIterations: null }));

describe('the planned level', () => {
  test('is linear from the stage before, from 0 at the start', () => {
    const load = closed([1000, 10], [2000, 10], [1000, 0]);
    expect([-1, 0, 500, 1000, 2500, 3500, 4000].map((at) => levelAt(load, at))).toEqual([0, 0, 5, 10, 10, 5, 0]);
  });
  test('jumps where a stage takes no time', () => {
    const load = closed([0, 5], [1000, 5], [0, 20], [1000, 20]);
    expect([0, 999, 1000, 1999, 2000].map((at) => levelAt(load, at))).toEqual([5, 5, 20, 20, 0]);
  });
  test('is never outside of the stages it lies between', () => {
    fc.assert(
      fc.property(loads, fc.double({ min: 0, max: 1, noNaN: true }), (load, share) => {
        const level = levelAt(load, share * durationOf(load));
        expect(level).toBeGreaterThanOrEqual(0);
        expect(level).toBeLessThanOrEqual(peakOf(load.stages) + 1e-9);
      }),
    );
  });
});

describe('the area under it', () => {
  test('is the sum of the areas of its parts, wherever it is cut', () => {
    fc.assert(
      fc.property(loads, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }), (load, cuts) => {
        const total = durationOf(load);
        const at = [0, ...cuts.map((cut) => cut * total).sort((a, b) => a - b), total];
        const parts = at.slice(1).reduce((sum, to, i) => sum + (areaUntil(load, to) - areaUntil(load, at[i] ?? 0)), 0);
        expect(parts).toBeCloseTo(areaUntil(load, total), 4);
      }),
    );
  });
  test('is what the trapezoids of the stages come to', () => {
    fc.assert(
      fc.property(loads, (load) => {
        const sum = segmentsOf(load.stages).reduce((area, s) => area + ((s.from + s.to) / 2) * ((s.toMs - s.fromMs) / 1000), 0);
        expect(areaUntil(load, durationOf(load))).toBeCloseTo(sum, 4);
        expect(areaUntil(load, durationOf(load) * 2)).toBeCloseTo(sum, 4);
      }),
    );
  });
  test('never falls', () => {
    fc.assert(
      fc.property(loads, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (load, a, b) => {
        const total = durationOf(load);
        expect(areaUntil(load, Math.max(a, b) * total)).toBeGreaterThanOrEqual(areaUntil(load, Math.min(a, b) * total));
      }),
    );
  });
  test('one stage after the other counts as much as both apart', () => {
    fc.assert(
      fc.property(stages, stages, (first, second) => {
        const of = (list: Stage[]): Load => ({ model: 'open', stages: list, maxUsers: 1, maxIterations: null });
        const level = first.at(-1)?.target ?? 0;
        const apart = areaUntil(of(first), 1e9) + areaUntil(of([{ durationMs: 0, target: level }, ...second]), 1e9);
        expect(areaUntil(of([...first, ...second]), 1e9)).toBeCloseTo(apart, 4);
      }),
    );
  });
});

describe('planned starts', () => {
  test('of an open plan are the whole area, of a closed one nobody knows', () => {
    expect(plannedIterations(open([0, 10], [20_000, 10]))).toBe(200);
    expect(plannedIterations(open([10_000, 10]))).toBe(50);
    expect(plannedIterations(closed([0, 10], [20_000, 10]))).toBeNull();
    expect(plannedIterations({ ...closed([0, 1], [60_000, 1]), maxIterations: 5 })).toBe(5);
  });
  test('do not lose one to the arithmetic of fractions', () => {
    expect(plannedIterations(open([0, 0.1], [30_000, 0.1]))).toBe(3);
    expect(plannedIterations(open([0, 0.7], [10_000, 0.7]))).toBe(7);
    for (let rate = 1; rate < 1000; rate++) expect(plannedIterations(open([0, rate / 10], [10_000, rate / 10]))).toBe(rate);
  });
});

describe('the default warm-up', () => {
  test('is the first ramp, but 3 s at least, cut to a fifth of the run', () => {
    expect(defaultWarmUp(closed([10_000, 5], [90_000, 5]))).toBe(10_000);
    expect(defaultWarmUp(closed([1000, 5], [90_000, 5]))).toBe(3000);
    expect(defaultWarmUp(closed([0, 5], [90_000, 5]))).toBe(3000);
    expect(defaultWarmUp(closed([0, 5], [5000, 5]))).toBe(1000);
    expect(defaultWarmUp(closed([50_000, 5], [50_000, 5]))).toBe(20_000);
  });
  test('a smoke test has none', () => expect(defaultWarmUp({ ...closed([0, 1], [60_000, 1]), maxIterations: 5 })).toBe(0));
});

describe('the steady part', () => {
  test('is what holds its level after the warm-up', () => {
    expect(steadyWindows(closed([0, 5], [20_000, 5]), 3000)).toEqual([[3000, 20_000]]);
    expect(steadyWindows(closed([5000, 5], [20_000, 5], [5000, 0], [5000, 0]), 5000)).toEqual([[5000, 25_000]]);
    expect(steadyWindows(closed([5000, 5]), 0)).toEqual([]);
    expect(steadyWindows(closed([0, 5], [20_000, 5]), 20_000)).toEqual([]);
  });
  test('neighbours are one window; with a level only those at it count', () => {
    const load = closed([0, 5], [10_000, 5], [10_000, 5], [0, 9], [10_000, 9], [0, 5], [10_000, 5]);
    expect(steadyWindows(load, 0)).toEqual([[0, 40_000]]);
    expect(steadyWindows(load, 0, 5)).toEqual([[0, 20_000], [30_000, 40_000]]);
  });
  test('lies in the plan, in order, without overlaps, and never in a ramp or a pause', () => {
    fc.assert(
      fc.property(loads, fc.integer({ min: 0, max: 50_000 }), (load, warmUpMs) => {
        let last = warmUpMs;
        for (const [from, to] of steadyWindows(load, warmUpMs)) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(durationOf(load));
          for (const s of segmentsOf(load.stages)) if (s.fromMs < to && s.toMs > from) expect([s.from === s.to, s.to > 0]).toEqual([true, true]);
          last = to;
        }
      }),
    );
  });
});
