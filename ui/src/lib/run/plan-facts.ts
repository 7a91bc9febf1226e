/** What the charts of a run need of its plan (in `PlanInput`'s shape). Pure. */
import { parsePlan } from '../../../../server/script/plan.ts';

export interface PlanFacts {
  readonly model: 'closed' | 'open';
  /** Latency limits of executions, ms. */
  readonly limits: readonly { readonly statistic: string; readonly value: number }[];
}

export function planFacts(plan: unknown): PlanFacts {
  const parsed = parsePlan(plan).plan;
  const open = parsed?.load.open !== undefined || parsed?.load.preset?.ratePerSecond !== undefined;
  const limits = (parsed?.objectives ?? [])
    .filter((objective) => objective.metric === 'latency' && objective.requestName === undefined)
    .map((objective) => ({ statistic: objective.statistic ?? '', value: objective.value }));
  return { model: open ? 'open' : 'closed', limits };
}
