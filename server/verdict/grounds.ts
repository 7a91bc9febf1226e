/** What a run is judged on beside its intervals, and what is said of it as a whole. Pure. */
import type { Fold } from '../metrics/fold.ts';
import { cutAt, type ResolvedPlan } from '../script/resolve.ts';
import type { Assessment } from './assess.ts';
import { commonCause } from './common-cause.ts';
import type { RunFacts } from './judge.ts';

export interface Grounds {
  readonly facts: RunFacts;
  /** When its load was over, in ms since plan second 0. */
  readonly endedMs: number;
  /** How it ended, in a sentence; null: as planned. */
  readonly said: string | null;
  /** In what the pinned run differed so that nothing could be held to it; left out: it counted, or none was pinned. */
  readonly baselineDiffers?: string;
}

/** What was measured is per second of what ran, not of what was planned. A smoke test ends with its iterations. */
export function partThatRan(plan: ResolvedPlan, { facts: { cutShort }, endedMs }: Pick<Grounds, 'endedMs'> & { readonly facts: Pick<RunFacts, 'cutShort'> }): ResolvedPlan {
  if (cutShort) return cutAt(plan, endedMs);
  return plan.load.maxIterations === null ? plan : { ...cutAt(plan, endedMs), plannedIterations: plan.plannedIterations };
}

/** Sentences about the verdict, worst first: how it ended, what all failures have in common, then each objective. */
export function reasonsOf({ plan }: Pick<ResolvedPlan, 'plan'>, { said }: Pick<Grounds, 'said'>, fold: Fold, { reasons }: Assessment): string[] {
  const cause = commonCause(fold, plan.target);
  return [...(said === null ? [] : [said]), ...(cause === null ? [] : [cause]), ...reasons];
}
