/** What a run is judged by once more: the fields that its objectives start with, and what is sent. Pure. */
import type { Objective } from '../../../../server/script/plan.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { fromObjective, type ObjectiveFields, toObjective } from '../plan/objective.ts';
import { storedPlan } from '../plan/stored.ts';
import { durationOr, durationText } from '../plan/typed.ts';

export interface AskedAgain {
  objectives: ObjectiveFields[];
  /** Empty: that of the plan. */
  warmUp: string;
}

export interface JudgedRun {
  /** In `PlanInput`'s shape. */
  readonly plan: unknown;
  /** In the order of the plan; the error objective that was added comes last. */
  readonly objectives: readonly { readonly metric: string; readonly comparison: string | null; readonly value: number | null }[];
}

/** As the run was judged, with what was added to its plan. */
export function asJudged({ plan, objectives }: JudgedRun): AskedAgain {
  const { objectives: own = [], warmUpMs } = storedPlan(plan);
  const added = objectives.slice(own.length).map(({ metric, comparison, value }) => fromObjective({ metric, comparison: comparison ?? undefined, value: value ?? undefined } as Objective));
  return { objectives: [...own.map((objective) => fromObjective(objective)), ...added], warmUp: warmUpMs === undefined ? '' : durationText(warmUpMs) };
}

/** The plan with what is asked now. */
export function planAsked(plan: unknown, { objectives, warmUp }: AskedAgain): PlanInput & { objectives: NonNullable<PlanInput['objectives']> } {
  const { warmUpMs: _, ...rest } = storedPlan(plan);
  const warmUpMs = durationOr(warmUp);
  return { ...rest, objectives: objectives.map((objective) => toObjective(objective)), ...(warmUpMs === undefined ? {} : { warmUpMs }) } as PlanInput & { objectives: NonNullable<PlanInput['objectives']> };
}
