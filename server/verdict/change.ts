/** An objective that is held to the baseline: the ratio of what was measured to what the baseline's run measured. Pure. */
import type { ScriptObjective } from '../../templates/framework.ts';
import { isMoreBetter } from '../script/plan/objective.ts';
import type { ResolvedObjective } from '../script/resolve.ts';

/** What a figure is of. */
export type FigureOf = Pick<ResolvedObjective, 'metric' | 'statistic' | 'requestName' | 'during'>;

export interface BaselineFigure {
  /** ms, ratio or executions per second. */
  readonly value: number;
  /** It is the least that it was: its rank falls into what had no end in time. */
  readonly atLeast: boolean;
}

/** What the run measured that is the baseline. */
export interface BaselineFigures {
  /** null: it measured nothing of the kind. */
  valueOf(of: FigureOf): BaselineFigure | null;
  /** In what a pinned run differs so that it does not count (`another load, ...`); null: it does count, or none is pinned. */
  readonly differs: string | null;
}

export interface Change {
  readonly measured: number | null;
  /** `measured` is the least that it was: its rank falls into what had no end in time. */
  readonly atLeast: boolean;
  /** What the baseline measured; null: none is known. */
  readonly baseline: BaselineFigure | null;
}

interface JudgedChange {
  readonly verdict: 'passed' | 'failed' | 'not_evaluated';
  readonly reason: 'no_samples' | 'no_baseline' | 'baseline_is_zero' | 'change_unknown' | 'changed_too_much' | null;
}

export function judgeChange({ metric, comparison, maxChangeRatio }: Pick<ScriptObjective, 'metric' | 'comparison' | 'maxChangeRatio'>, change: Change | null): JudgedChange {
  const most = maxChangeRatio ?? 0;
  const { measured, atLeast, baseline } = change ?? { measured: null, atLeast: false, baseline: null };
  if (baseline === null) return { verdict: 'not_evaluated', reason: 'no_baseline' };
  if (measured === null) return { verdict: 'not_evaluated', reason: 'no_samples' };
  const { value } = baseline;
  // No ratio leads away from 0: a number of failures has to be given as one. And nothing is less than it.
  if (value === 0) return measured === 0 && !isMoreBetter(metric) ? PASSED : { verdict: 'not_evaluated', reason: 'baseline_is_zero' };
  const least = value * (1 - most);
  if (isMoreBetter(metric)) return (comparison === '>' ? measured > least : measured >= least) ? PASSED : FAILED;
  const limit = value * (1 + most);
  // Of a baseline that may have been slower the limit may be higher, and never lower.
  if (comparison === '<' ? measured >= limit : measured > limit) return baseline.atLeast ? UNKNOWN : FAILED;
  return atLeast ? UNKNOWN : PASSED;
}

const PASSED: JudgedChange = { verdict: 'passed', reason: null };
const UNKNOWN: JudgedChange = { verdict: 'not_evaluated', reason: 'change_unknown' };
const FAILED: JudgedChange = { verdict: 'failed', reason: 'changed_too_much' };
