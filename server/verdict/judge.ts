/**
 * Judges objectives on counts, in integers. Pure. The scripts carry the same rules (`templates/shared/bundle/judge.js`,
 * `templates/locust/instrument/judge.py`); all are held to `templates/shared/vectors/judge.json`.
 */
import type { ScriptObjective } from '../../templates/framework.ts';
import type { Latency } from '../metrics/summary.ts';
import { neededSamples } from '../script/needed.ts';
import { type Change, judgeChange } from './change.ts';
import type { MissedLoad } from './missed-load.ts';
import type { ObjectiveTally } from './tally.ts';

export type Verdict = 'passed' | 'failed' | 'not_evaluated';

/** Why an objective, or the run, did not pass. A closed list. */
export type ReasonCode =
  | 'no_steady_part'
  | 'no_samples'
  | 'slower_than_allowed'
  | 'more_failures_than_allowed'
  | 'more_failed_checks_than_allowed'
  | 'broken_in_window'
  | 'generator_unhealthy'
  | 'below_limit'
  | 'above_limit'
  | 'mean_unknown'
  | 'cut_short'
  | 'lines_lost'
  | 'load_missed'
  | 'max_users_too_low'
  | 'target_could_not_hold_load'
  | 'too_few_samples'
  | 'narrow'
  | 'no_baseline'
  | 'baseline_is_zero'
  | 'change_unknown'
  | 'changed_too_much';

/** Of the plan: what the rules need. */
export interface JudgedPlan {
  readonly steady: readonly (readonly [fromMs: number, toMs: number])[];
  readonly durationMs: number;
  readonly plannedIterations: number | null;
}

/** Of the run, beside its samples. */
export interface RunFacts {
  /** It did not come to its planned end. */
  readonly cutShort: boolean;
  readonly linesLost: boolean;
  /** Requests that had no answer when the run was over. */
  readonly inFlight: number;
  /** Iterations that had no end. */
  readonly interrupted: number;
  readonly iterationsStarted: number;
  /** Number of the objective that stopped the run; null: none did. */
  readonly broken: number | null;
  /** Why what was measured may be the generator's own slowness; null or left out (a script alone cannot know): it is not. */
  readonly unhealthy?: string | null;
  /** The planned load was not reached, and why; null: it was. Left out: judged by the number of starts, as a script alone does. */
  readonly missed?: MissedLoad | null;
}

export interface Judged {
  readonly verdict: Verdict;
  readonly reason: ReasonCode | null;
  readonly n: number;
  readonly k: number;
  readonly needed: number | null;
  readonly allowed: number | null;
}

/**
 * @param index of the objective in the plan
 * @param latency what the mean is taken of: with censored ones it is a lower bound; null: nothing, or the mean is not asked for
 * @param change of an objective that is held to the baseline; null: it is held to a value
 */
export function judgeObjective(plan: JudgedPlan, objective: ScriptObjective, index: number, tally: ObjectiveTally, facts: RunFacts, latency: Pick<Latency, 'meanMs' | 'censored'> | null = null, change: Change | null = null): Judged {
  const late = objective.metric === 'latency' ? unfinishedOf(objective, facts) : 0;
  const n = tally.n + late;
  const k = tally.k + late;
  const needed = neededSamples(objective);
  const allowed = allowedOf(objective, n);
  const judged = (verdict: Verdict, reason: ReasonCode | null): Judged => ({ verdict, reason, n, k, needed, allowed });

  const unhealthy = facts.unhealthy != null;
  if (facts.broken === index && !unhealthy) return judged('failed', 'broken_in_window');
  if (objective.during === 'steady' && plan.steady.length === 0) return judged('not_evaluated', 'no_steady_part');
  if (n === 0) return judged('not_evaluated', 'no_samples');
  // Who stopped it early has the reason; one that an objective would have stopped is excused by its generator.
  if (unhealthy) return judged('not_evaluated', facts.cutShort && facts.broken === null ? 'cut_short' : 'generator_unhealthy');
  const unsure = unsureOf(plan, facts);

  if (allowed === null) {
    // Throughput and the mean are values of a whole run, not counts against an allowance.
    if (unsure) return judged('not_evaluated', unsure);
    if (objective.value === null) {
      if (needed !== null && n < needed) return judged('not_evaluated', 'too_few_samples');
      const { verdict, reason } = judgeChange(objective, change);
      return judged(verdict, reason);
    }
    if (objective.metric === 'throughput') return throughputHolds(plan, objective, objective.value, k) ? judged('passed', null) : judged('failed', 'below_limit');
    if (latency === null) return judged('not_evaluated', 'no_samples');
    const { meanMs, censored } = latency;
    if (objective.comparison === '<' ? meanMs >= objective.value : meanMs > objective.value) return judged('failed', 'above_limit');
    return censored > 0 ? judged('not_evaluated', 'mean_unknown') : judged('passed', null);
  }

  if (k > allowed && (n >= (needed ?? 0) || surelyMore(n, k, shareOf(objective))))
    return judged('failed', BROKEN[objective.metric]);
  if (unsure) return judged('not_evaluated', unsure);
  if (needed !== null && n < needed && !(objective.added && k === 0)) return judged('not_evaluated', 'too_few_samples');
  return judged('passed', null);
}

/** What was still on its way when the plan was over: it is slower than any limit, like a timeout. */
export function unfinishedOf({ requestName }: Pick<ScriptObjective, 'requestName'>, { cutShort, interrupted, inFlight }: RunFacts): number {
  if (cutShort) return 0;
  return requestName === null ? interrupted : inFlight;
}

const BROKEN = {
  latency: 'slower_than_allowed',
  error_ratio: 'more_failures_than_allowed',
  checks_ratio: 'more_failed_checks_than_allowed',
  throughput: 'below_limit',
} as const;

/** A target that could not hold the load, or any failed: failed; else any not evaluated: not evaluated; else passed. */
export function verdictOf(judged: readonly { readonly verdict: Verdict }[], missed: MissedLoad | null = null): Verdict {
  if (missed?.reason === 'target_could_not_hold_load') return 'failed';
  return judged.find((j) => j.verdict === 'failed')?.verdict ?? judged.find((j) => j.verdict === 'not_evaluated')?.verdict ?? 'passed';
}

/** Why a run that looks fine proves nothing. */
export function unsureOf(plan: JudgedPlan, facts: RunFacts): ReasonCode | null {
  if (facts.cutShort) return 'cut_short';
  if (facts.linesLost) return 'lines_lost';
  if (facts.missed === undefined) return plan.plannedIterations !== null && facts.iterationsStarted * 100 < plan.plannedIterations * 98 ? 'load_missed' : null;
  // What a target could not hold fails the run; what was counted of it is true all the same.
  return facts.missed === null || facts.missed.reason === 'target_could_not_hold_load' ? null : facts.missed.reason;
}

/** The most that may be against the objective: slower ones, failures, failed checks. null: not judged by a count of those. */
export function allowedOf({ metric, perMille, limitPpm, comparison }: ScriptObjective, n: number): number | null {
  if (metric === 'latency') return perMille === null ? null : Math.floor(((1000 - perMille) * n) / 1000);
  if (limitPpm === null) return null;
  const parts = limitPpm * n;
  return (comparison === '<' || comparison === '>') && parts > 0 ? Math.ceil(parts / 1_000_000) - 1 : Math.floor(parts / 1_000_000);
}

/** The share of samples that an objective allows to be against it, 0..1. */
export function shareOf({ perMille, limitPpm }: ScriptObjective): number {
  return perMille !== null ? (1000 - perMille) / 1000 : (limitPpm ?? 0) / 1_000_000;
}

export function judgedMs(plan: JudgedPlan, during: 'steady' | 'whole'): number {
  return during === 'whole' ? plan.durationMs : plan.steady.reduce((sum, [from, to]) => sum + to - from, 0);
}

function throughputHolds(plan: JudgedPlan, { during, comparison }: ScriptObjective, value: number, succeeded: number): boolean {
  const ms = judgedMs(plan, during);
  return comparison === '>' ? succeeded * 1000 > value * ms : succeeded * 1000 >= value * ms;
}

/** k or more of n would come by chance in less than 5 % of runs that keep the share (exact binomial tail). */
function surelyMore(n: number, k: number, share: number): boolean {
  if (share >= 1) return false;
  let term = (1 - share) ** n;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term = (term * (n - i) * share) / ((i + 1) * (1 - share));
  }
  return 1 - below < 0.05;
}
