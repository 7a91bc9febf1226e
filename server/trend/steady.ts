/** The steady part of one run, second by second: what a comparison takes of it. */
import type { LatencyHistogram } from '../metrics/histogram.ts';
import type { Counts, IntervalRow } from '../metrics/interval.ts';
import type { Subject } from '../metrics/store.ts';
import type { Least } from '../metrics/summary.ts';
import type { Window } from '../script/load.ts';
import type { Unfit } from './change.ts';
import { type Second, Seconds } from './seconds.ts';

export interface SteadySource extends Partial<Subject> {
  readonly rows: Iterable<IntervalRow>;
  /** `steady` of the resolved plan. */
  readonly steady: readonly Window[];
  /** What a censored one took at least. */
  readonly least: Least;
}

/** What ended in one second, or in several. */
export interface Ended {
  /** Of those that have a latency: other failures are in `failed` alone. */
  readonly counts: Pick<Counts, 'ok' | 'timeout' | 'poll_deadline'>;
  readonly total: number;
  readonly failed: number;
}

export interface SteadyWindow {
  readonly seconds: readonly Second[];
  /** Before the first whole second and after the last one; what ended there is counted in them. */
  readonly headMs: number;
  readonly tailMs: number;
}

export interface Steady {
  readonly ms: number;
  readonly windows: readonly SteadyWindow[];
  readonly whole: Ended & { readonly latency: LatencyHistogram };
  readonly least: Least;
}

/** Of executions, unless requests of one name are asked for. */
export function steadyOf({ rows, steady, least, kind = 'execution', name = '' }: SteadySource): Steady | Unfit {
  const seconds = new Seconds(steady);
  for (const row of rows) if (row.phase === 'steady' && row.kind === kind && row.name === name) seconds.add(row);
  return seconds.steady(least);
}
