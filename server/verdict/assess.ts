/** A run's verdict: every objective judged, with what was measured and a sentence that a user can act on. Pure. */
import { latencyOf } from '../metrics/summary.ts';
import { scriptObjective } from '../script/objective.ts';
import type { ResolvedObjective, ResolvedPlan } from '../script/resolve.ts';
import type { BaselineFigures } from './change.ts';
import type { Evidence } from './evidence.ts';
import { figureOf } from './figure.ts';
import type { MissedLoad } from './missed-load.ts';
import { type Judged, judgeObjective, type ReasonCode, type RunFacts, shareOf, unfinishedOf, type Verdict, verdictOf } from './judge.ts';
import { designEffect, LEAST_SECONDS, type Margin, marginOf } from './margin.ts';
import { sentenceOf } from './sentence.ts';
import { judgedOn, tallyOf } from './tally.ts';
import { isTargetsOwn } from './targets-own.ts';
import type { ToldReason } from './told.ts';

export interface ObjectiveResult extends ResolvedObjective {
  /** ms, ratio or executions per second; null when nothing was measured. */
  readonly measured: number | null;
  readonly verdict: Verdict;
  /** null where it has no meaning: not evaluated (but for being narrow, where it is strict), not judged by counts, or none may be against it. Left out by earlier versions. */
  readonly margin?: Margin | null;
  readonly samples: number;
  readonly needed: number | null;
  /** Latency: slower than the limit. Error ratio: failed. Checks ratio: failed checks. */
  readonly slower: number | null;
  readonly allowed: number | null;
  /** Of an objective that is held to the baseline: what that had measured. */
  readonly baseline?: number | null;
  /** Of which only the least is known. */
  readonly baselineAtLeast?: true;
  readonly reasonCode: ReasonCode | ToldReason | null;
  readonly reason: string;
}

export interface Assessment {
  readonly verdict: Verdict;
  /** Sentences, worst first; empty when it passed. */
  readonly reasons: readonly string[];
  /** The same in codes, each once. */
  readonly reasonCodes: readonly (ReasonCode | ToldReason)[];
  readonly objectives: readonly ObjectiveResult[];
}

/** @param baseline null: none is known */
export function assess(plan: ResolvedPlan, evidence: Evidence, facts: RunFacts, baseline: BaselineFigures | null): Assessment {
  const objectives = plan.objectives.map((objective, index) => assessObjective(plan, objective, index, evidence, facts, baseline));
  return assessmentOf(objectives, facts.missed ?? null);
}

/** Of all objectives what the run as a whole came to. @param missed the planned load was not reached, and why; null: it was */
export function assessmentOf(objectives: readonly ObjectiveResult[], missed: MissedLoad | null = null): Assessment {
  const unheld = missed?.reason === 'target_could_not_hold_load' ? missed : null;
  const worst = (['failed', 'not_evaluated'] as const).flatMap((verdict) => objectives.filter((o) => o.verdict === verdict));
  return {
    verdict: verdictOf(objectives, missed),
    reasons: [...new Set([...(unheld ? [unheld.sentence] : []), ...worst.map((o) => o.reason)])],
    reasonCodes: [...new Set([...(unheld ? [unheld.reason] : []), ...worst.flatMap((o) => o.reasonCode ?? [])])],
    objectives,
  };
}

function assessObjective(plan: ResolvedPlan, objective: ResolvedObjective, index: number, evidence: Evidence, facts: RunFacts, known: BaselineFigures | null): ObjectiveResult {
  const { fold } = evidence;
  const scripted = scriptObjective(objective);
  const tally = judgedOn(fold, objective);
  const latency = latencyOf(tally, plan, unfinishedOf(objective, facts));
  const figure = figureOf(plan, objective, tally, latency);
  const baseline = objective.value === null ? (known?.valueOf(objective) ?? null) : null;
  const ofThis = isTargetsOwn(scripted, tally) ? { ...facts, unhealthy: null } : facts;
  const byRule = judgeObjective(plan, scripted, index, tallyOf(fold, scripted, index), ofThis, latency, { ...figure, baseline });
  const seconds = evidence.secondsOf(index);
  const margin = marginOfJudged(objective, byRule, seconds, facts);
  const judged: Judged = objective.strict && margin === 'narrow' ? { ...byRule, verdict: 'not_evaluated', reason: 'narrow' } : byRule;
  return {
    ...objective,
    measured: figure.measured,
    verdict: judged.verdict,
    margin,
    samples: judged.n,
    needed: judged.needed,
    slower: judged.allowed === null ? null : judged.k,
    allowed: judged.allowed,
    ...(objective.value === null ? { baseline: baseline?.value ?? null } : {}),
    ...(baseline?.atLeast ? { baselineAtLeast: true } : {}),
    reasonCode: judged.reason,
    reason: sentenceOf(plan, objective, { ...judged, margin, fewSeconds: margin === 'narrow' && seconds.length < LEAST_SECONDS ? seconds.length : null, baseline, differs: known?.differs ?? null }, facts, { ...figure, total: tally.total, censored: latency?.censored ?? 0 }),
  };
}

/** What stopped the run was judged in its window, and not by all of its counts. */
function marginOfJudged(objective: ResolvedObjective, { verdict, reason, n, k, allowed }: Judged, seconds: ReturnType<Evidence['secondsOf']>, facts: RunFacts): Margin | null {
  if (verdict === 'not_evaluated' || allowed === null || reason === 'broken_in_window') return null;
  // What had no end is against it together: one more second.
  const late = objective.metric === 'latency' ? unfinishedOf(objective, facts) : 0;
  return marginOf(verdict, { n, k }, shareOf(scriptObjective(objective)), designEffect(late > 0 ? [...seconds, { n: late, k: late }] : seconds));
}

