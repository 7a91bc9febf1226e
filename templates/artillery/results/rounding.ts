/** How far Artillery's times are from those that it took: its clock has whole milliseconds, its sketch one percent, its report one decimal. */
import type { Latency, ToldNumber } from '../../results.ts';
import { member } from '../../shared/results/json.ts';
import { count, latency, milliseconds } from '../../shared/results/numbers.ts';

const DECIMAL = 0.05;
/** `relativeAccuracy` of its sketch: of the time, not of what the sketch says. */
const ACCURACY = 0.01;
/** Between two readings of a clock of whole milliseconds. */
const CLOCK = 1;

const around = (value: number, least: number, most: number): ToldNumber => ({ value, between: [Math.max(0, least), most] });

type Reader = (key: string) => number | null;
const reader = (summary: unknown, what: string): Reader => (key) => milliseconds(member(summary, key), `${key} of ${what}`);

/** v2: percentiles of a sketch. */
export function sketchSummary(summary: unknown, what: string): Latency {
  const samples = count(member(summary, 'count'), `count of ${what}`);
  if (samples === null || samples === 0) return {};
  const read = reader(summary, what);
  const whole = (key: string) => mapped(read(key), (value) => around(value, value - DECIMAL - CLOCK, value + DECIMAL + CLOCK));
  // The sketch takes the lower rank: with too few samples for a percentile it says one of far below.
  const percentile = (key: string, least: number) => (samples < least ? null : mapped(read(key), (value) => around(value, (value - DECIMAL) / (1 + ACCURACY) - CLOCK, (value + DECIMAL) / (1 - ACCURACY) + CLOCK)));
  return latency({
    min: whole('min'),
    mean: whole('mean'),
    p50: percentile('p50', 2) ?? percentile('median', 2),
    p90: percentile('p90', 10),
    p95: percentile('p95', 20),
    p99: percentile('p99', 100),
    p999: percentile('p999', 1000),
    max: whole('max'),
  });
}

/** v1: of all times. Up to 1.6 the clock had nanoseconds: fractions show it. */
export function exactSummary(summary: unknown, what: string): Latency {
  const read = reader(summary, what);
  const clock = ['min', 'max', 'p95', 'p99'].every((key) => Number.isInteger(read(key) ?? 0)) ? CLOCK : 0;
  const rounded = (key: string) => mapped(read(key), (value) => around(value, value - DECIMAL - clock, value + DECIMAL + clock));
  return latency({ min: rounded('min'), p50: rounded('median'), p95: rounded('p95'), p99: rounded('p99'), max: rounded('max') });
}

const mapped = (value: number | null, map: (value: number) => ToldNumber): ToldNumber | null => (value === null ? null : map(value));
