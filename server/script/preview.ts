/** What a plan comes to before it is run: the planned curve and its stages. Pure. */
import { type Load, segmentsOf } from './load.ts';
import type { ResolvedPlan } from './resolve.ts';

export interface PlannedPoint {
  readonly offsetMs: number;
  readonly users: number | null;
  readonly ratePerSecond: number | null;
}

export function plannedCurve(load: Load): PlannedPoint[] {
  const point = (offsetMs: number, level: number): PlannedPoint => ({
    offsetMs,
    users: load.model === 'closed' ? level : null,
    ratePerSecond: load.model === 'open' ? level : null,
  });
  const points = segmentsOf(load.stages).flatMap((s) => [point(s.fromMs, s.from), point(s.toMs, s.to)]);
  return points.filter((p, i) => i === 0 || JSON.stringify(p) !== JSON.stringify(points[i - 1]));
}

/** The plan's load with presets expanded, in the words of PlanInput. */
export function stagesText(plan: ResolvedPlan): object {
  const level = plan.load.model === 'closed' ? 'users' : 'ratePerSecond';
  return {
    model: plan.load.model,
    maxUsers: plan.load.maxUsers,
    maxIterations: plan.load.maxIterations,
    warmUpMs: plan.warmUpMs,
    steady: plan.steady,
    stages: plan.load.stages.map((stage) => ({ durationMs: stage.durationMs, [level]: stage.target })),
  };
}
