/** What the objectives of a run are held to: what the pinned run of its test measured, where that can be compared. Pure. */
import { comparedHash } from '../script/compared.ts';
import { type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import type { BaselineFigure, BaselineFigures, FigureOf } from '../verdict/change.ts';
import { unfinishedOf } from '../verdict/judge.ts';
import type { PinnedRun } from './baseline/store.ts';
import type { LatencyFigures, RequestFigures } from './figures.ts';
import type { Run } from './run.ts';

export interface HeldTo {
  /** null: nothing is pinned, or nothing is held to it. */
  readonly figures: BaselineFigures | null;
  /** Why a pinned run does not count. */
  readonly warnings: readonly string[];
}

const NOTHING: HeldTo = { figures: null, warnings: [] };

/** @param pinned null: none is */
export function heldTo(pinned: PinnedRun | null, run: Run, plan: ResolvedPlan): HeldTo {
  if (pinned === null || plan.objectives.every(({ value }) => value !== null)) return NOTHING;
  const different = differencesTo(pinned, run, plan).join(', ');
  if (different === '') return { figures: { valueOf: (of) => pinnedFigure(pinned, of), differs: null }, warnings: [] };
  return { figures: { valueOf: () => null, differs: different }, warnings: [`Objectives that are held to the baseline are not evaluated: its run had ${different}.`] };
}

function differencesTo(pinned: PinnedRun, run: Run, plan: ResolvedPlan): string[] {
  return [
    ...planDifference(pinned, run, plan),
    ...(pinned.framework === run.framework && pinned.frameworkVersion === run.frameworkVersion ? [] : [`${pinned.framework} ${pinned.frameworkVersion ?? ''}`.trim()]),
    ...(pinned.place === run.place && pinned.hostFingerprint === run.hostFingerprint ? [] : ['another kind of machine']),
  ];
}

function planDifference(pinned: PinnedRun, run: Run, plan: ResolvedPlan): string[] {
  const compared = comparedHash(plan, run.baselineWorkflowHash);
  if (pinned.comparedHash !== null) return pinned.comparedHash === compared ? [] : ['another load, target or inputs'];
  // Of an earlier version only the hash of the whole plan is known.
  const asItRan = comparedHash(resolvePlan(run.plan), run.baselineWorkflowHash);
  return pinned.planHash === run.planHash && asItRan === compared ? [] : ['another plan, if only in its objectives (an earlier version measured it, and kept no more of it)'];
}

/** Of the steady part its figures; of the whole run its summaries. */
function pinnedFigure({ figures, result }: PinnedRun, of: FigureOf): BaselineFigure | null {
  if (of.during === 'whole') return result === null ? null : wholeFigure(result, of);
  if (figures === null) return null;
  if (of.metric === 'throughput') return exactly(figures.executions.throughputPerSecond);
  if (of.metric === 'checks_ratio') return exactly(figures.executions.checksRatio);
  const measured: RequestFigures | undefined = of.requestName === null ? figures.executions : figures.requests[of.requestName];
  return of.metric === 'error_ratio' ? exactly(measured?.errorRatio) : latencyFigure(measured, of);
}

function wholeFigure({ summary, requests, grounds }: NonNullable<PinnedRun['result']>, of: FigureOf): BaselineFigure | null {
  const { metric, requestName } = of;
  const checks = summary.checksPassed + summary.checksFailed;
  if (metric === 'throughput') return exactly(summary.executions > 0 ? summary.throughputPerSecond : null);
  if (metric === 'checks_ratio') return exactly(checks > 0 ? summary.checksPassed / checks : null);
  const measured = requestName === null ? summary : requests.find(({ name }) => name === requestName);
  if (metric === 'error_ratio') return exactly(measured?.errorRatio);
  const figure = latencyFigure(measured?.latency, of);
  // A summary of requests leaves out what had no end, which a run is judged with.
  const isLeast = requestName !== null && grounds !== undefined && unfinishedOf(of, grounds.facts) > 0;
  return figure && isLeast ? { ...figure, atLeast: true } : figure;
}

const exactly = (value: number | null | undefined): BaselineFigure | null => (value == null ? null : { value, atLeast: false });

function latencyFigure(latency: LatencyFigures | null | undefined, { statistic }: FigureOf): BaselineFigure | null {
  const field = `${statistic ?? 'mean'}Ms` as const;
  const value = latency?.[field];
  return value == null ? null : { value, atLeast: latency?.atLeast?.includes(field) ?? false };
}
