import { describe, expect, test } from 'vitest';
import { ClockWatch, clockWarnings } from '../../server/run/clock-watch.ts';

/** The step that is seen in lines: [about, arrived], in ms. */
function stepOf(...lines: readonly (readonly [aboutMs: number, arrivedMs: number])[]): number | null {
  const watch = new ClockWatch();
  for (const [aboutMs, arrivedMs] of lines) watch.line(aboutMs, arrivedMs);
  return watch.stepMs;
}

/** A line each 100 ms for so long, each so late. */
const lines = (fromMs: number, toMs: number, lateMs: number) => Array.from({ length: (toMs - fromMs) / 100 + 1 }, (_, i) => [fromMs + i * 100 - lateMs, fromMs + i * 100] as const);

describe('a clock was set', () => {
  test('forward, when a line is about a moment that is still to come', () => {
    expect(stepOf(...lines(0, 3000, 5), [5200, 3100])).toBe(2100);
    expect(stepOf(...lines(0, 3000, 5), ...lines(3100, 9000, -2000))).toBe(2000);
    expect(stepOf([3_600_100, 100], ...lines(200, 9000, 5))).toBe(3_600_000);
  });
  test('back, when all lines are late from a moment on, to the end', () => {
    expect(stepOf(...lines(0, 3000, 5), ...lines(3100, 8100, 3605))).toBe(-3605);
    expect(stepOf(...lines(0, 3000, 5), ...lines(3100, 20_000, 1001))).toBe(-1001);
    // One line of the moments before it comes among those after it.
    expect(stepOf(...lines(0, 3000, 5), [2990, 3050], ...lines(3100, 20_000, 3605))).toBe(-3605);
  });
});

describe('a clock was not set', () => {
  test('when lines come as they do on a busy machine', () => {
    expect(stepOf()).toBeNull();
    expect(stepOf(...lines(0, 20_000, 999))).toBeNull();
    expect(stepOf(...lines(0, 3000, 5), [3600, 3100])).toBeNull();
  });
  test('when lines come later and later, and what they are about goes on', () => {
    // A starved tool: each of its seconds takes two.
    expect(stepOf(...Array.from({ length: 100 }, (_, i) => [i * 100, i * 200] as const))).toBeNull();
    // One that stood still, and goes on 9 s late, its users no more in their order.
    const stalled = lines(3100, 30_000, 9000).map(([, arrivedMs], i) => [3000 + i * 100 - (i % 3) * 250, arrivedMs + 9000] as const);
    expect(stepOf(...lines(0, 3000, 5), ...stalled)).toBeNull();
    expect(stepOf(...lines(0, 3000, 5), [2000, 12_000], ...stalled)).toBeNull();
  });
  test('when they are late for a while: at the end, or in between, and one of them in time is enough', () => {
    expect(stepOf(...lines(0, 3000, 5), ...lines(3100, 8000, 9000))).toBeNull();
    expect(stepOf(...lines(0, 3000, 5), ...lines(3100, 30_000, 9000), [30_050, 30_100])).toBeNull();
    expect(stepOf(...lines(0, 9000, 3000), [9050, 9100], ...lines(9200, 12_000, 3000))).toBeNull();
  });
});

test('the run is told which way, and by how much', () => {
  expect(clockWarnings(null)).toEqual([]);
  expect(clockWarnings(2149)).toEqual(['The clock of this machine was set forward by about 2.1 s while the run was going: times and seconds around that moment are wrong.']);
  expect(clockWarnings(-3_600_000)).toEqual(['The clock of this machine was set back by about 3600.0 s while the run was going: times and seconds around that moment are wrong.']);
});
