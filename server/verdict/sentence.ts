/** Why an objective has its verdict, in a sentence that a user can act on. Pure. */
import { nounOf } from '../script/can-judge.ts';
import { isMoreBetter } from '../script/plan/objective.ts';
import type { ResolvedObjective, ResolvedPlan } from '../script/resolve.ts';
import { numeral } from '../words/numeral.ts';
import type { BaselineFigure, BaselineFigures } from './change.ts';
import type { Figure } from './figure.ts';
import type { Judged, RunFacts } from './judge.ts';
import { LEAST_SECONDS, type Margin } from './margin.ts';

/** `margin`: as in the result. `fewSeconds`: it is narrow because all of it came in so few. */
type Told = Judged & { readonly margin: Margin | null; readonly fewSeconds: number | null; readonly baseline: BaselineFigure | null } & Pick<BaselineFigures, 'differs'>;
/** `total`: with what failed at once. `censored`: of which only the least is known. */
type Seen = Figure & { readonly total: number; readonly censored: number };

export function sentenceOf(plan: ResolvedPlan, objective: ResolvedObjective, { verdict, reason, n, k, allowed, needed, margin, fewSeconds, baseline, differs }: Told, facts: RunFacts, { total, censored, measured }: Seen): string {
  const what = nounOf(objective);
  const limit = limitText(objective);
  const word = objective.metric === 'latency' ? `were slower than ${limit}` : 'failed';
  const counts = `${numeral(k)} of ${numeral(n)} ${what} ${word}, ${numeral(allowed ?? 0)} allowed.`;
  const decided = margin === 'narrow' ? `${counts} ${narrowText(fewSeconds)}` : counts;
  const noEnd = `${numeral(censored)} of ${numeral(n)} ${what} had no end in time`;
  switch (reason) {
    case null:
      if (verdict !== 'passed') return '';
      if (allowed !== null) return decided;
      return objective.value === null ? changeText(objective, measured, baseline) : `The limit of ${limit} was kept.`;
    case 'slower_than_allowed':
    case 'more_failures_than_allowed':
    case 'more_failed_checks_than_allowed':
      return decided;
    case 'narrow':
      return fewSeconds === null ? `${counts} That is too narrow to say, and this objective is strict. Run longer or with more load.` : `${counts} ${narrowText(fewSeconds)} This objective is strict.`;
    case 'broken_in_window':
      return `${counts} Over the last ${numeral((objective.abortAfterMs ?? 0) / 1000)} s it was more than allowed, so the load was ended early.`;
    case 'below_limit':
      return `Throughput was below ${limit}.`;
    case 'above_limit':
      return censored === 0 ? `The mean was above ${limit}.` : `The mean was above ${limit}: ${noEnd}.`;
    case 'mean_unknown':
      return `The mean is not known: ${noEnd}, and each counts with the least that it took. It may be above ${limit}.`;
    case 'changed_too_much':
      return changeText(objective, measured, baseline);
    case 'change_unknown':
      if (baseline?.atLeast) return `${changeText(objective, measured, baseline)} How much slower it was is not known, so the change may be less.`;
      return `The ${objective.statistic ?? 'value'} is not known: ${noEnd}, and each counts with the least that it took. It may be more than ${percent(objective.maxChangeRatio ?? 0)} above the baseline's ${valueText(objective, baseline?.value ?? null)}.`;
    case 'no_baseline':
      if (differs !== null) return whyNotHeld(differs);
      return `No baseline is pinned that measured this, so there is nothing to hold ${objective.statistic ?? 'it'} of ${what} to. Pin a run first.`;
    case 'baseline_is_zero':
      return `The baseline measured ${valueText(objective, baseline?.value ?? null)}, and no ratio leads away from that: give a value instead.`;
    case 'too_few_samples':
      return `Too few ${what} to say: ${numeral(n)} of the ${numeral(needed ?? 0)} that ${objective.statistic ?? 'this ratio'} needs. Run longer or with more load.`;
    case 'no_samples':
      if (objective.metric === 'checks_ratio' && total > 0) return 'No answer was checked: checks look at the answers of executions that succeeded.';
      return total > 0
        ? `None of the ${numeral(total)} ${what} succeeded, so there is no latency to judge.`
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
      return `The planned load was not reached: ${numeral(facts.iterationsStarted)} of ${numeral(plan.plannedIterations ?? 0)} iterations were started. The target may be too slow for it, or maxUsers too low.`;
  }
}

/** Why chance may be in a verdict by counts. What slows a target slows all of its second: a thousand executions of three seconds say no more than three. */
function narrowText(fewSeconds: number | null): string {
  if (fewSeconds === null) return 'That is narrow: chance alone may have decided it.';
  return `That is narrow: all of it was seen within ${fewSeconds === 1 ? 'one second' : `${fewSeconds} seconds`}, too few to rule out chance. Run longer: from ${LEAST_SECONDS} seconds on it can be told.`;
}

/** `p95 < 500 ms of executions`: an objective in a sentence. */
export function objectiveText(objective: ResolvedObjective): string {
  const what = objective.statistic ?? objective.metric.replace('_', ' ');
  return objective.value === null ? `${what} of ${nounOf(objective)}, at most ${limitText(objective)}` : `${what} ${objective.comparison} ${limitText(objective)} of ${nounOf(objective)}`;
}

/** What it is held to. */
export function limitText(objective: Pick<ResolvedObjective, 'metric' | 'value' | 'maxChangeRatio'>): string {
  const { metric, value, maxChangeRatio } = objective;
  return value === null ? `${percent(maxChangeRatio ?? 0)} ${isMoreBetter(metric) ? 'below' : 'above'} the baseline` : valueText(objective, value);
}

export function valueText({ metric }: Pick<ResolvedObjective, 'metric'>, value: number | null): string {
  if (value === null) return 'nothing';
  if (metric === 'latency') return `${numeral(value)} ms`;
  return metric === 'throughput' ? `${numeral(value)}/s` : `${numeral(value * 100)} %`;
}

/** Why the run that is pinned is no measure of this one. */
export const whyNotHeld = (differs: string): string => `The baseline cannot be compared with this run: its own had ${differs}. Pin a run that can, or give a value.`;

/** `p95 was 620 ms, 24 % above the baseline's 500 ms; at most 10 % above is allowed.` */
function changeText(objective: ResolvedObjective, measured: number | null, baseline: BaselineFigure | null): string {
  const { metric, statistic, maxChangeRatio } = objective;
  const name = statistic ?? metric.replace('_', ' ');
  const was = `The ${name} was ${valueText(objective, measured)}`;
  const change = measured === null || baseline === null || baseline.value === 0 ? 0 : measured / baseline.value - 1;
  const exactly = change === 0 ? `as the baseline's` : `${percent(Math.abs(change))} ${change > 0 ? 'above' : 'below'} the baseline's ${valueText(objective, baseline?.value ?? null)}`;
  const beside = baseline?.atLeast ? `${exactly}, which is the least that it was` : exactly;
  return `${was}, ${beside}; at most ${percent(maxChangeRatio ?? 0)} ${isMoreBetter(metric) ? 'below' : 'above'} is allowed.`;
}

const percent = (ratio: number): string => `${numeral(ratio * 100, 1)} %`;
