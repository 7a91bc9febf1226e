/** A run's verdict: every objective judged, with what was measured and a sentence that a user can act on. Pure. */
import type { Fold, Tally } from '../metrics/fold.ts';
import { type Latency, latencyOf } from '../metrics/summary.ts';
import { nounOf } from '../script/can-judge.ts';
import { scriptObjective } from '../script/objective.ts';
import type { ResolvedObjective, ResolvedPlan } from '../script/resolve.ts';
import { type Judged, judgeObjective, judgedMs, type ReasonCode, type RunFacts, unfinishedOf, type Verdict, verdictOf } from './judge.ts';
import { judgedOn, tallyOf } from './tally.ts';

export interface ObjectiveResult extends ResolvedObjective {
  /** ms, ratio or executions per second; null when nothing was measured. */
  readonly measured: number | null;
  readonly verdict: Verdict;
  readonly samples: number;
  readonly needed: number | null;
  /** Latency: slower than the limit. Error ratio: failed. Checks ratio: failed checks. */
  readonly slower: number | null;
  readonly allowed: number | null;
  readonly reasonCode: ReasonCode | null;
  readonly reason: string;
}

export interface Assessment {
  readonly verdict: Verdict;
  /** Sentences, worst first; empty when it passed. */
  readonly reasons: readonly string[];
  /** The same in codes, each once. */
  readonly reasonCodes: readonly ReasonCode[];
  readonly objectives: readonly ObjectiveResult[];
}

export function assess(plan: ResolvedPlan, fold: Fold, facts: RunFacts): Assessment {
  const objectives = plan.objectives.map((objective, index) => assessObjective(plan, objective, index, fold, facts));
  const missed = facts.missed ?? null;
  const unheld = missed?.reason === 'target_could_not_hold_load' ? missed : null;
  const worst = (['failed', 'not_evaluated'] as const).flatMap((verdict) => objectives.filter((o) => o.verdict === verdict));
  return {
    verdict: verdictOf(objectives, missed),
    reasons: [...new Set([...(unheld ? [unheld.sentence] : []), ...worst.map((o) => o.reason)])],
    reasonCodes: [...new Set([...(unheld ? [unheld.reason] : []), ...worst.flatMap((o) => o.reasonCode ?? [])])],
    objectives,
  };
}

function assessObjective(plan: ResolvedPlan, objective: ResolvedObjective, index: number, fold: Fold, facts: RunFacts): ObjectiveResult {
  const scripted = scriptObjective(objective);
  const tally = judgedOn(fold, objective);
  const latency = latencyOf(tally, plan, unfinishedOf(objective, facts));
  const judged = judgeObjective(plan, scripted, index, tallyOf(fold, scripted, index), facts, latency);
  return {
    ...objective,
    measured: measuredOf(plan, objective, tally, latency),
    verdict: judged.verdict,
    samples: judged.n,
    needed: judged.needed,
    slower: judged.allowed === null ? null : judged.k,
    allowed: judged.allowed,
    reasonCode: judged.reason,
    reason: sentenceOf(plan, objective, judged, facts, { total: tally.total, censored: latency?.censored ?? 0 }),
  };
}

function measuredOf(plan: ResolvedPlan, objective: ResolvedObjective, tally: Tally, latency: Latency | null): number | null {
  if (objective.metric === 'error_ratio') return tally.total > 0 ? tally.failed / tally.total : null;
  if (objective.metric === 'checks_ratio') {
    const checks = tally.checksPassed + tally.checksFailed;
    return checks > 0 ? tally.checksPassed / checks : null;
  }
  if (objective.metric === 'throughput') {
    const ms = judgedMs(plan, objective.during);
    return ms > 0 && tally.total > 0 ? ((tally.total - tally.failed) * 1000) / ms : null;
  }
  if (!latency) return null;
  const field = { p50: latency.p50Ms, p90: latency.p90Ms, p95: latency.p95Ms, p99: latency.p99Ms, p999: latency.p999Ms, max: latency.maxMs, mean: latency.meanMs };
  return field[objective.statistic ?? 'mean'];
}

const count = new Intl.NumberFormat('en');

function sentenceOf(plan: ResolvedPlan, objective: ResolvedObjective, { verdict, reason, n, k, allowed, needed }: Judged, facts: RunFacts, { total, censored }: { readonly total: number; readonly censored: number }): string {
  const what = nounOf(objective);
  const limit = limitOf(objective);
  const counts = (word: string) => `${count.format(k)} of ${count.format(n)} ${what} ${word}, ${count.format(allowed ?? 0)} allowed.`;
  const noEnd = `${count.format(censored)} of ${count.format(n)} ${what} had no end in time`;
  switch (reason) {
    case null:
      if (verdict !== 'passed') return '';
      if (objective.metric === 'latency' && allowed !== null) return counts(`were slower than ${limit}`);
      if (objective.metric === 'error_ratio' || objective.metric === 'checks_ratio') return counts('failed');
      return `The limit of ${limit} was kept.`;
    case 'slower_than_allowed':
      return counts(`were slower than ${limit}`);
    case 'more_failures_than_allowed':
    case 'more_failed_checks_than_allowed':
      return counts('failed');
    case 'broken_in_window':
      return `${counts(objective.metric === 'latency' ? `were slower than ${limit}` : 'failed')} Over the last ${count.format((objective.abortAfterMs ?? 0) / 1000)} s it was more than allowed, so the load was ended early.`;
    case 'below_limit':
      return `Throughput was below ${limit}.`;
    case 'above_limit':
      return censored === 0 ? `The mean was above ${limit}.` : `The mean was above ${limit}: ${noEnd}.`;
    case 'mean_unknown':
      return `The mean is not known: ${noEnd}, and each counts with the least that it took. It may be above ${limit}.`;
    case 'too_few_samples':
      return `Too few ${what} to say: ${count.format(n)} of the ${count.format(needed ?? 0)} that ${objective.statistic ?? 'this ratio'} needs. Run longer or with more load.`;
    case 'no_samples':
      if (objective.metric === 'checks_ratio' && total > 0) return 'No answer was checked: checks look at the answers of executions that succeeded.';
      return total > 0
        ? `None of the ${count.format(total)} ${what} succeeded, so there is no latency to judge.`
        : `No ${what} to judge${objective.during === 'steady' ? ' in the steady part' : ''}.`;
    case 'no_steady_part':
      return 'The plan has no steady part: add a stage that holds its level after the warm-up.';
    case 'cut_short':
      return 'The run did not come to its planned end, so it proves nothing about the whole plan.';
    case 'lines_lost':
      return 'Some results were lost on the way, so the counts are not complete.';
    case 'generator_unhealthy':
      return facts.unhealthy ?? '';
    case 'max_users_too_low':
    case 'target_could_not_hold_load':
    case 'load_missed':
      if (facts.missed) return facts.missed.sentence;
      return `The planned load was not reached: ${count.format(facts.iterationsStarted)} of ${count.format(plan.plannedIterations ?? 0)} iterations were started. The target may be too slow for it, or maxUsers too low.`;
  }
}

/** `p95 < 500 ms of executions`: an objective in a sentence. */
export function objectiveText(objective: ResolvedObjective): string {
  return `${objective.statistic ?? objective.metric.replace('_', ' ')} ${objective.comparison} ${limitOf(objective)} of ${nounOf(objective)}`;
}

function limitOf({ metric, value }: ResolvedObjective): string {
  if (metric === 'latency') return `${count.format(value)} ms`;
  return metric === 'throughput' ? `${count.format(value)}/s` : `${count.format(value * 100)} %`;
}
