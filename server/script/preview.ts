/** What a plan comes to before it is run: the planned curve, totals, and what its objectives can be judged on. Pure. */
import { durationOf, levelAt, type Load, type Window, areaUntil, segmentsOf } from './load.ts';
import { neededSamples } from './needed.ts';
import type { ResolvedObjective, ResolvedPlan } from './resolve.ts';

export interface PlannedPoint {
  readonly offsetMs: number;
  readonly users: number | null;
  readonly ratePerSecond: number | null;
}

export interface CanJudge {
  /** Index in the plan's objectives; the added error objective comes last. */
  readonly objective: number;
  /** Executions that will be judged; null in a closed plan, where the target's speed decides. */
  readonly expected: number | null;
  readonly needed: number | null;
  readonly sentence: string;
}

/** An Int of GraphQL ends here; a plan of a day at the highest rate would go beyond. */
const MAX_INT = 2 ** 31 - 1;

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

export function canJudge(plan: ResolvedPlan): CanJudge[] {
  return plan.objectives.map((objective, index) => {
    const expected = expectedIn(plan, objective);
    const needed = neededSamples(objective);
    return { objective: index, expected, needed, sentence: sentenceOf(plan, objective, expected, needed) };
  });
}

function expectedIn(plan: ResolvedPlan, { during }: ResolvedObjective): number | null {
  if (plan.load.maxIterations !== null) return plan.load.maxIterations;
  if (plan.load.model === 'closed') return null;
  const windows: readonly Window[] = during === 'whole' ? [[0, durationOf(plan.load)]] : plan.steady;
  const area = windows.reduce((sum, [from, to]) => sum + areaUntil(plan.load, to) - areaUntil(plan.load, from), 0);
  return Math.min(Math.floor(area + 1e-9), MAX_INT);
}

const count = new Intl.NumberFormat('en');

function sentenceOf(plan: ResolvedPlan, objective: ResolvedObjective, expected: number | null, needed: number | null): string {
  if (objective.during === 'steady' && plan.steady.length === 0) return 'Cannot be judged: no stage holds its level after the warm-up.';
  if (needed === null) return 'Can be judged on the whole steady part.';
  const what = objective.statistic ?? 'An error ratio';
  if (objective.added) return 'Passes when nothing failed.';
  if (expected === null) return `${what} needs ${count.format(needed)} executions${objective.during === 'steady' ? ' in the steady part' : ''}; how many there are depends on the target's speed.`;
  if (expected >= needed) return `Can be judged: ${count.format(expected)} executions, ${count.format(needed)} needed.`;
  const seconds = plan.load.model === 'open' ? Math.ceil(needed / Math.max(levelAt(plan.load, plan.steady[0]?.[0] ?? 0), 1e-9)) : null;
  return `Cannot pass: ${count.format(expected)} executions, ${count.format(needed)} needed${seconds === null ? '' : `; at this rate that takes ${count.format(seconds)} s`}.`;
}
