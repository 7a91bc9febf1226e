/** Judges a run that is over once more, with other objectives: its stored intervals are read, nothing of it is changed. */
import type { Context } from '../context.ts';
import { inTurns } from '../metrics/in-turns.ts';
import { executionRows, rowsAfterInParts } from '../metrics/store.ts';
import { notFound, Refusal } from '../refusal.ts';
import { whyNotAlternating } from '../script/flow/alternate.ts';
import { givenPlan } from '../script/input.ts';
import { type ResolvedObjective, type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import type { BaselineFigures } from '../verdict/change.ts';
import { isSame, type Judgement, Rejudging } from '../verdict/rejudge.ts';
import { whyNotHeld } from '../verdict/sentence.ts';
import { pinnedRun } from './baseline/store.ts';
import { groundsOf } from './grounds-of.ts';
import { type HeldTo, heldTo } from './held-to.ts';
import { steadily } from './keep/steadily.ts';
import type { Run, RunResult } from './run.ts';
import { isSettled } from './state.ts';
import { findRun } from './store.ts';

export interface Rejudged {
  readonly runId: string;
  /** In the shape of PlanInput. */
  readonly objectives: readonly unknown[];
  /** null: that of the plan. */
  readonly warmUpMs: number | null;
}

export async function rejudge({ db, cipher, viewer }: Pick<Context, 'db' | 'cipher' | 'viewer'>, { runId, objectives, warmUpMs }: Rejudged): Promise<Judgement> {
  const run = await findRun(db, cipher, viewer.organizationId, runId);
  if (!run) throw notFound('run');
  const result = resultOf(run);
  const was = resolvePlan(run.plan);
  const now = givenPlan({ ...run.plan, objectives, ...(warmUpMs === null ? {} : { warmUpMs }) });
  refuseOfTwo(run, now);
  // With its own objectives it has its own verdict, whatever was pinned since.
  const isOwn = now.objectives.every((objective) => was.objectives.some((one) => isSame(one, objective)));
  const figures = figuresFor(result, isOwn ? null : heldTo(await pinnedRun(db, run), run, now));
  refuseWithoutBaseline(was, now, figures);
  const rejudging = await steadily(db, run, async () => {
    const all = new Rejudging(was, now);
    for await (const rows of rowsAfterInParts(db, run.organizationId, run.id, 0)) await inTurns(rows, (row) => all.add(row));
    return all;
  });
  const grounds = result.grounds ?? groundsOf(run, result, was, await executionRows(db, run.organizationId, run.id));
  return rejudging.judgement(grounds, figures);
}

function resultOf(run: Run): RunResult {
  if (!isSettled(run.state)) throw new Refusal('not_settled', `This run is not over yet: it is ${run.state}. Judge it again when it has its verdict.`);
  if (run.result === null) throw new Refusal('not_settled', 'This run ended without a result, so there is nothing to judge.');
  return run.result;
}

/** What iterations of two definitions cannot tell is refused when such a run is started, too. */
function refuseOfTwo({ baselineWorkflowHash }: Run, now: ResolvedPlan): void {
  const why = baselineWorkflowHash === null ? null : whyNotAlternating(now);
  if (why === null) return;
  const index = now.objectives.findIndex(({ metric }) => metric === 'throughput');
  throw new Refusal('invalid_plan', why.message, { problems: [{ path: index === -1 ? 'objectives' : `objectives[${index}].metric`, message: why.message }] });
}

/** What an objective was held to when the run was judged it is held to again, whatever was pinned since. */
function figuresFor({ objectives, grounds }: RunResult, held: HeldTo | null): BaselineFigures {
  const known = held?.figures ?? null;
  return {
    differs: held === null ? (grounds?.baselineDiffers ?? null) : (known?.differs ?? null),
    valueOf(of) {
      const judged = objectives.find((one) => one.baseline != null && one.metric === of.metric && one.statistic === of.statistic && one.requestName === of.requestName && one.during === of.during);
      return judged?.baseline == null ? (known?.valueOf(of) ?? null) : { value: judged.baseline, atLeast: judged.baselineAtLeast ?? false };
    },
  };
}

/** Those of the run itself were not evaluated for want of one, and are not again. */
function refuseWithoutBaseline(was: ResolvedPlan, now: ResolvedPlan, figures: BaselineFigures): void {
  const isUnknown = (objective: ResolvedObjective) => objective.value === null && figures.valueOf(objective) === null && !was.objectives.some((one) => isSame(one, objective));
  const index = now.objectives.findIndex(isUnknown);
  if (index === -1) return;
  const message = figures.differs !== null ? whyNotHeld(figures.differs) : 'No baseline is pinned that measured this, so there is nothing to hold the run to. Pin a run first, or give a value.';
  throw new Refusal('no_baseline', message, { problems: [{ path: `objectives[${index}].maxChangeRatio`, message }] });
}
