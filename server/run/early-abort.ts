/** An objective that is broken for too long ends the load early: which one, and what was measured then. Pure. */
import type { Batch } from '../metrics/interval.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import { objectiveText } from '../verdict/sentence.ts';
import { type Broken, newWatch } from '../verdict/watch.ts';
import { numeral } from '../words/numeral.ts';

export interface EarlyAbort {
  /** Its number in the plan. */
  readonly objective: number;
  readonly message: string;
}

/**
 * Called with what came since the last call (null: nothing), and the second before which all are over. `isOver`: so is the load. Then
 * there is nothing to be ended early, as in the scripts.
 */
export type EarlyAbortWatch = (batch: Batch | null, until: number, isOver: boolean) => EarlyAbort | null;

export function earlyAbortOf(plan: ResolvedPlan): EarlyAbortWatch {
  const watch = newWatch(plan);
  return (batch, until, isOver) => {
    const broken = watch?.brokenAt(batch, until) ?? null;
    if (broken === null || isOver || until * 1000 >= plan.durationMs) return null;
    return { objective: broken.index, message: `The load was ended: ${brokenText(plan, broken)}` };
  };
}

/** `p95 < 500 ms of executions: 31 of 40 were slower where 2 may be, from 0:32 to 0:42.` */
function brokenText({ objectives }: ResolvedPlan, { index, n, k, allowed, from, until }: Broken): string {
  const objective = objectives[index];
  if (!objective) throw new Error(`the plan has no objective ${index}`);
  const most = allowed === 0 ? 'none' : numeral(allowed);
  const were = objective.metric === 'latency' ? `were slower where ${most} may be` : `failed where ${most} may`;
  return `${objectiveText(objective)}: ${numeral(k)} of ${numeral(n)} ${were}, from ${clock(from)} to ${clock(until)}.`;
}

/** Time of the plan: `0:32`, `1:02:05`. */
function clock(second: number): string {
  const [hours, minutes, seconds] = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  const two = (part: number) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
