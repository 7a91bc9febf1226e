/** What was measured of what an objective asks for: one number. Pure. */
import type { Tally } from '../metrics/fold.ts';
import type { Latency } from '../metrics/summary.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import type { FigureOf } from './change.ts';
import { judgedMs } from './judge.ts';

export interface Figure {
  /** ms, ratio 0..1 or executions per second; null: nothing of the kind was measured. */
  readonly measured: number | null;
  /** It is the least that it was: its rank falls into what had no end in time. */
  readonly atLeast: boolean;
}

const FIELDS = { p50: 'p50Ms', p90: 'p90Ms', p95: 'p95Ms', p99: 'p99Ms', p999: 'p999Ms', max: 'maxMs', mean: 'meanMs' } as const;

export function figureOf(plan: ResolvedPlan, { metric, statistic, during }: FigureOf, tally: Tally, latency: Latency | null): Figure {
  const { total, failed, checksPassed, checksFailed } = tally;
  const exactly = (measured: number | null): Figure => ({ measured, atLeast: false });
  if (metric === 'error_ratio') return exactly(total > 0 ? failed / total : null);
  if (metric === 'checks_ratio') return exactly(checksPassed + checksFailed > 0 ? checksPassed / (checksPassed + checksFailed) : null);
  if (metric === 'throughput') {
    const ms = judgedMs(plan, during);
    return exactly(ms > 0 && total > 0 ? ((total - failed) * 1000) / ms : null);
  }
  if (latency === null) return exactly(null);
  const field = FIELDS[statistic ?? 'mean'];
  return { measured: latency[field], atLeast: latency.atLeast.includes(field) };
}
