/** What a comparison says of one metric. */

/** Worse or better by more than matters, surely; surely by less than matters; or the data say neither. */
export type Outcome = 'REGRESSION' | 'IMPROVEMENT' | 'SAME' | 'UNCLEAR';

export type Statistic = 'p50' | 'p90' | 'p95' | 'p99' | 'p999';

export type Measure = { readonly metric: 'latency'; readonly statistic: Statistic } | { readonly metric: 'throughput' };

export const METHODS = {
  blocks: 't interval over log ratios of blocks, widened by the noise between runs',
  runs: 't interval over log ratios of runs',
  ranks: 'Mann-Whitney and Hodges-Lehmann on logs of runs',
  pairedBlocks: 't interval over log ratios of paired blocks of one run',
  seconds: 'Korn-Graubard intervals of error ratios in clusters of seconds',
} as const;

export type Method = keyof typeof METHODS;

/** Of all intervals: each end is passed in at most 5 of 100 comparisons, so a REGRESSION by more than its limit is called where there is none in at most 5 (two one-sided tests, Schuirmann 1987). */
export const CONFIDENCE = 0.9;
/** Quantile of its ends. */
export const END = (1 + CONFIDENCE) / 2;

export interface Change {
  readonly outcome: Outcome;
  readonly method: Method;
  /** As measured: ms, executions per second, or a ratio of errors. */
  readonly baseline: number;
  readonly current: number;
  /** 0.1: a tenth more than the baseline. Of error ratios their difference: 0.005 is half a point. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  /** From here on it matters, in the direction that is worse: 0.1, of throughput -0.05. */
  readonly limit: number;
  /** The least change that these data could have told from none; null: it depends on the number of errors. */
  readonly visibleFrom: number | null;
  /** A measured change of so much would have been called a REGRESSION. */
  readonly calledFrom: number | null;
  /** Between runs, as a share; null: the method needs none. `runs` null: assumed. */
  readonly noise: { readonly ratio: number; readonly runs: number | null } | null;
  /** UNCLEAR: with so many further runs of each side a change of this size would be settled; null: it is settled, or repeats will hardly do it. */
  readonly repeats: number | null;
  /** What an UNCLEAR is about; null: nothing to say. */
  readonly reason: string | null;
}

export type UnfitCode =
  | 'bad_values'
  | 'no_steady_part'
  | 'no_samples'
  | 'no_success'
  | 'block_without_success'
  | 'too_short'
  | 'too_few_samples'
  | 'too_few_blocks'
  | 'too_few_runs'
  | 'no_variance';

/** Nothing can be said, and why not. */
export interface Unfit {
  readonly outcome: null;
  readonly code: UnfitCode;
  readonly reason: string;
  /** Runs of this length on each side that would say something; null: more of them do not help. */
  readonly repeats: number | null;
}

export function unfit(code: UnfitCode, reason: string, repeats: number | null = null): Unfit {
  return { outcome: null, code, reason, repeats };
}

export function isUnfit(value: object): value is Unfit {
  return 'code' in value;
}
