/** What the charts of a run need of its plan (in `PlanInput`'s shape). Pure. */
import { USUAL_INTERVAL_MS } from '../../../../server/script/polling.ts';
import { isPolled } from '../plan/target.ts';
import { storedPlan } from '../plan/stored.ts';

export interface PlanFacts {
  readonly model: 'closed' | 'open';
  /** Latency limits of executions, ms. */
  readonly limits: readonly { readonly statistic: string; readonly value: number }[];
  /** So often an execution is asked for: its time is known no finer. null: each is one request. */
  readonly polledEveryMs: number | null;
}

export function planFacts(plan: unknown): PlanFacts {
  const { load, objectives = [], target, pollIntervalMs = USUAL_INTERVAL_MS } = storedPlan(plan);
  const open = load.open !== undefined || load.preset?.ratePerSecond !== undefined;
  const limits = objectives
    .filter((objective) => objective.metric === 'latency' && objective.requestName === undefined)
    .flatMap(({ statistic, value }) => (value === undefined ? [] : [{ statistic: statistic ?? '', value }]));
  return { model: open ? 'open' : 'closed', limits, polledEveryMs: isPolled({ preset: target.preset, mode: target.mode ?? '' }) ? pollIntervalMs : null };
}
