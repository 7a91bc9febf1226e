/** What a load comes to for who judges it: how many executions, up to which percentile, and what two runs of it can tell apart. Pure. */
import { areaUntil, durationOf, type Load } from '../../../../server/script/load.ts';
import { LEAST_SAMPLES } from '../../../../server/script/least-samples.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import type { PlannedStages } from './preview.svelte.ts';

/** How fast the workflow answered lately. */
export interface Pace {
  /** Of an execution. */
  readonly meanMs: number;
}

/** Two runs are compared by steady parts of so long, or longer. */
export const COMPARED_FROM_MS = 60_000;

const loadOf = ({ stages, ...rest }: PlannedStages): Load => ({ ...rest, stages: stages.map(({ durationMs, users, ratePerSecond }) => ({ durationMs, target: users ?? ratePerSecond ?? 0 })) });
const steadyArea = (planned: PlannedStages) => planned.steady.reduce((sum, [from, to]) => sum + areaUntil(loadOf(planned), to) - areaUntil(loadOf(planned), from), 0);

/** In the steady part; null: the speed of the target decides. */
export function executionsJudged(planned: PlannedStages): number | null {
  if (planned.maxIterations !== null) return planned.maxIterations;
  return planned.model === 'open' ? Math.floor(steadyArea(planned) + 1e-9) : null;
}

/** Of a closed load, when executions take as long as they did. */
export function executionsThatFit(planned: PlannedStages, { meanMs }: Pace, thinkMs: number): { readonly whole: number; readonly steady: number } {
  const perUserSecond = 1000 / Math.max(1, meanMs + thinkMs);
  const most = planned.maxIterations ?? Number.POSITIVE_INFINITY;
  const thatFit = (userSeconds: number) => Math.min(Math.floor(userSeconds * perUserSecond), most);
  const load = loadOf(planned);
  return { whole: thatFit(areaUntil(load, durationOf(load))), steady: thatFit(steadyArea(planned)) };
}

/** On average. */
export const thinkMsOf = ({ thinkTime }: PlanInput): number => (thinkTime ? (thinkTime.minMs + thinkTime.maxMs) / 2 : 0);

/** Two digits: more would say that it is known. */
export const about = (value: number): number => (value < 10 ? value : Number(value.toPrecision(2)));

const PERCENTILES = ['p50', 'p90', 'p95', 'p99', 'p999'] as const;
export type Percentile = (typeof PERCENTILES)[number];

export const executionsFor = (percentile: Percentile): number => LEAST_SAMPLES[percentile] ?? 1;

/** The highest one that can pass on so many executions, and the next one that cannot. */
export function percentilesOf(executions: number): { readonly highest: Percentile | null; readonly next: Percentile | null } {
  return { highest: PERCENTILES.findLast((percentile) => executionsFor(percentile) <= executions) ?? null, next: PERCENTILES.find((percentile) => executionsFor(percentile) > executions) ?? null };
}
