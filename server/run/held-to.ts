/** What the objectives of a run are held to: what the pinned run of its test measured, where that can be compared. */
import type { Db } from '../db/client.ts';
import { comparedHash } from '../script/compared.ts';
import type { ResolvedPlan } from '../script/resolve.ts';
import type { BaselineFigures, FigureOf } from '../verdict/change.ts';
import { type PinnedRun, pinnedRun } from './baseline/store.ts';
import type { RequestFigures } from './figures.ts';
import type { Run } from './run.ts';

export interface HeldTo {
  /** null: nothing is pinned, or nothing that can be compared. */
  readonly figures: BaselineFigures | null;
  /** Why a pinned run does not count. */
  readonly warnings: readonly string[];
}

const NOTHING: HeldTo = { figures: null, warnings: [] };

export async function heldTo(db: Db, run: Run, plan: ResolvedPlan): Promise<HeldTo> {
  const { organizationId, loadTestId } = run;
  if (loadTestId === null || plan.objectives.every(({ maxChangeRatio }) => maxChangeRatio === null)) return NOTHING;
  const pinned = await pinnedRun(db, { organizationId, loadTestId });
  if (pinned === null) return NOTHING;
  const different = differencesTo(pinned, run, plan);
  if (different.length > 0) return { figures: null, warnings: [`Objectives that are held to the baseline are not evaluated: its run had ${different.join(', ')}.`] };
  return { figures: { valueOf: (of) => pinnedValue(pinned, of) }, warnings: [] };
}

function differencesTo(pinned: PinnedRun, run: Run, plan: ResolvedPlan): string[] {
  return [
    ...((pinned.figures?.comparedHash ?? pinned.planHash) === (pinned.figures?.comparedHash === undefined ? run.planHash : comparedHash(plan, run.baselineWorkflowHash)) ? [] : ['another load, target or inputs']),
    ...(pinned.framework === run.framework && pinned.frameworkVersion === run.frameworkVersion ? [] : [`${pinned.framework} ${pinned.frameworkVersion ?? ''}`.trim()]),
    ...(pinned.place === run.place && pinned.hostFingerprint === run.hostFingerprint ? [] : ['another kind of machine']),
  ];
}

/** Of the steady part its figures; of the whole run its summaries. */
function pinnedValue({ figures, result }: PinnedRun, of: FigureOf): number | null {
  if (of.during === 'whole') return result === null ? null : wholeValue(result, of);
  if (figures === null) return null;
  if (of.metric === 'throughput') return figures.executions.throughputPerSecond;
  if (of.metric === 'checks_ratio') return figures.executions.checksRatio;
  const measured: RequestFigures | undefined = of.requestName === null ? figures.executions : figures.requests[of.requestName];
  return (of.metric === 'error_ratio' ? measured?.errorRatio : measured?.[`${of.statistic ?? 'mean'}Ms`]) ?? null;
}

function wholeValue({ summary, requests }: NonNullable<PinnedRun['result']>, { metric, statistic, requestName }: FigureOf): number | null {
  const checks = summary.checksPassed + summary.checksFailed;
  if (metric === 'throughput') return summary.executions > 0 ? summary.throughputPerSecond : null;
  if (metric === 'checks_ratio') return checks > 0 ? summary.checksPassed / checks : null;
  const measured = requestName === null ? summary : requests.find(({ name }) => name === requestName);
  return (metric === 'error_ratio' ? measured?.errorRatio : measured?.latency?.[`${statistic ?? 'mean'}Ms`]) ?? null;
}
