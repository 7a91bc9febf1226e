/** What the charts of a run need of its plan (in `PlanInput`'s shape). Pure. */
import { storedPlan } from '../plan/stored.ts';

export interface PlanFacts {
  readonly model: 'closed' | 'open';
  /** Latency limits of executions, ms. */
  readonly limits: readonly { readonly statistic: string; readonly value: number }[];
}

export function planFacts(plan: unknown): PlanFacts {
  const { load, objectives = [] } = storedPlan(plan);
  const open = load.open !== undefined || load.preset?.ratePerSecond !== undefined;
  const limits = objectives
    .filter((objective) => objective.metric === 'latency' && objective.requestName === undefined)
    .flatMap(({ statistic, value }) => (value === undefined ? [] : [{ statistic: statistic ?? '', value }]));
  return { model: open ? 'open' : 'closed', limits };
}
