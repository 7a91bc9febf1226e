/** What an earlier version judged a run on and did not store, put together from what it did: the end of the run to the millisecond. Pure. */
import type { StoredRow } from '../metrics/store.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import type { Grounds } from '../verdict/grounds.ts';
import { achievedOf, missedLoad } from '../verdict/missed-load.ts';
import type { Run, RunResult } from './run.ts';

/** @param rows of its executions */
export function groundsOf({ ending }: Pick<Run, 'ending'>, { summary, generator }: Pick<RunResult, 'summary' | 'generator'>, plan: ResolvedPlan, rows: readonly StoredRow[]): Grounds {
  const cutShort = ending?.cause !== 'planned_end';
  const starts = { started: summary.iterationsStarted, dropped: summary.iterationsDropped };
  return {
    facts: {
      cutShort,
      linesLost: summary.linesLost + summary.linesUnreadable > 0,
      inFlight: summary.inFlightAtEnd ?? 0,
      interrupted: summary.iterationsInterrupted,
      iterationsStarted: summary.iterationsStarted,
      broken: ending?.objective ?? null,
      unhealthy: generator.saturated ? (generator.reasons[0] ?? null) : null,
      missed: cutShort ? null : missedLoad(plan, rows, achievedOf(plan, rows, starts, null), starts, !generator.saturated),
    },
    endedMs: summary.durationMs,
    said: cutShort ? (ending?.message ?? null) : null,
  };
}
