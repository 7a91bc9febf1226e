/** Whether the planned load was reached; and when it was not, whose fault that was. Pure. */
import { fold } from '../metrics/fold.ts';
import { gaugesIn } from '../metrics/folded.ts';
import { COUNTED_AT_MS } from '../metrics/interval.ts';
import type { StoredRow } from '../metrics/store.ts';
import { latencyOf } from '../metrics/summary.ts';
import { isCensored, type Outcome } from '../samples/sample.ts';
import { areaUntil, levelAt, peakOf } from '../script/load.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { numeral } from '../words/numeral.ts';

/** What of the plan was reached: starts of an open plan or of a limited one, user-seconds of a closed one. */
export interface Achieved {
  readonly planned: number;
  readonly reached: number;
}

export interface Starts {
  readonly started: number;
  /** Due while all of `maxUsers` were in flight. */
  readonly dropped: number;
}

export interface MissedLoad {
  /** The first one fails the run; of the others nothing can be said about the target. */
  readonly reason: 'target_could_not_hold_load' | 'max_users_too_low' | 'load_missed';
  readonly sentence: string;
}

/** Percent of what was planned: less than that is missed. */
export const ENOUGH = 98;
/** How fast the target was before the load was missed is seen in so many seconds. */
const FIRST_SECONDS = 3;

type Rows = readonly StoredRow[];

/** @param cutAtMs a run that did not come to its planned end: so much of the plan was to be reached; else null. @returns null: nothing was planned, or nobody told. */
export function achievedOf(plan: ResolvedPlan, rows: Rows, { started }: Starts, cutAtMs: number | null): Achieved | null {
  const { load, durationMs, plannedIterations } = plan;
  const untilMs = Math.min(durationMs, cutAtMs ?? durationMs);
  if (plannedIterations !== null) {
    const planned = load.model === 'open' && cutAtMs !== null ? Math.floor(areaUntil(load, untilMs) + 1e-9) : plannedIterations;
    return planned > 0 ? { planned, reached: started } : null;
  }
  const users = new Map<number, number>();
  for (const { second, gauges } of gaugesIn(rows)) if (gauges.users !== null && second * 1000 + COUNTED_AT_MS < untilMs) users.set(second, gauges.users);
  const planned = [...users.keys()].reduce((sum, second) => sum + levelAt(load, second * 1000 + COUNTED_AT_MS), 0);
  return planned > 0 ? { planned, reached: [...users.values()].reduce((a, b) => a + b, 0) } : null;
}

/**
 * Only of a run that came to its planned end. The target is at fault when the generator kept up and every start that was not made found
 * all users waiting for answers, although they were enough for the target as it was in the beginning.
 * @param generatorKeptUp null: nobody knows
 */
export function missedLoad(plan: ResolvedPlan, rows: Rows, achieved: Achieved | null, starts: Starts, generatorKeptUp: boolean | null): MissedLoad | null {
  if (achieved === null || achieved.reached * 100 >= achieved.planned * ENOUGH) return null;
  const { load } = plan;
  if (load.model === 'closed' && load.maxIterations !== null)
    return { reason: 'load_missed', sentence: `The time of the plan was over before all its iterations were started: ${startsOf(achieved)}. Give it more time; the target may be too slow for it.` };
  if (load.model === 'closed')
    return { reason: 'load_missed', sentence: `The planned load was not reached: ${numeral(Math.round(achieved.reached))} of ${numeral(Math.round(achieved.planned))} user-seconds. A user that waits for an answer is there all the same, so slow answers are not the reason.` };
  if (generatorKeptUp === null) return { reason: 'load_missed', sentence: `The planned load was not reached: ${startsOf(achieved)}. How the generator did is not known, so neither is whether it was the target.` };
  const allWereInFlight = (starts.started + starts.dropped) * 100 >= achieved.planned * ENOUGH;
  if (!generatorKeptUp || !allWereInFlight)
    return { reason: 'load_missed', sentence: `The planned load was not reached: ${startsOf(achieved)}. The generator did not keep up, so it was not, or not only, the target.` };
  const firstMs = firstP50Ms(plan, rows);
  const rate = peakOf(load.stages);
  const needed = firstMs === null ? 0 : Math.ceil((rate * firstMs) / 1000 - 1e-9);
  if (load.maxUsers < needed)
    return {
      reason: 'max_users_too_low',
      sentence: `maxUsers is too low for this load: ${numeral(rate)}/s at ${numeral(Math.round(firstMs ?? 0))} ms, which half of the first executions took, need at least ${numeral(needed)} at once, and ${numeral(load.maxUsers)} were allowed. ${startsOf(achieved)}.`,
    };
  return { reason: 'target_could_not_hold_load', sentence: `The target could not hold the planned load: ${startsOf(achieved)}. When the others were due, all ${numeral(load.maxUsers)} users were still waiting for answers, and the generator kept up.` };
}

/**
 * Of executions that ended in the first seconds in which any did: of the run, or of its steady part, whichever was faster. Where the target was
 * overloaded from the first moment, its steady part begins with a queue, which grows with the users that are allowed.
 */
function firstP50Ms(plan: ResolvedPlan, rows: Rows): number | null {
  const executions = rows.filter(({ kind }) => kind === 'execution');
  const found = [executions, executions.filter(({ phase }) => phase === 'steady')].flatMap((part) => p50OfFirst(plan, part) ?? []);
  return found.length > 0 ? Math.min(...found) : null;
}

function p50OfFirst(plan: ResolvedPlan, rows: Rows): number | null {
  const timed = rows.filter(({ latency, counts }) => latency !== null || (Object.keys(counts) as Outcome[]).some(isCensored));
  const from = timed.reduce((least, { second }) => Math.min(least, second), Number.POSITIVE_INFINITY);
  const first = timed.filter(({ second }) => second < from + FIRST_SECONDS);
  return latencyOf(fold(first).executions('whole'), plan, 0)?.p50Ms ?? null;
}

const startsOf = ({ reached, planned }: Achieved): string => `${numeral(reached)} of ${numeral(planned)} iterations were started`;
