/** A difference of logs and how well it is known, made into what is said of it. */
import { type Change, CONFIDENCE, END, type Measure, type Method, type Outcome, type Unfit, unfit } from './change.ts';
import { tQuantile } from '../verdict/distributions.ts';
import { limitOf, outcomeOf } from './limits.ts';
import { ONE_RUN, repeatsFor, TOO_NEAR } from './repeats.ts';
import type { Uncertainty } from './sample.ts';

interface Compared {
  readonly measure: Measure;
  readonly method: Method;
  readonly baseline: number;
  readonly current: number;
  /** log(current / baseline) */
  readonly log: number;
  readonly noise: Change['noise'];
  /** For the limit of a median; 0: noise between runs is not in these data. */
  readonly noiseRatio: number;
  /** Of each side. */
  readonly runs: number;
  /** Sides of which the value is only known to be at least that. */
  readonly atLeast: { readonly baseline: boolean; readonly current: boolean };
  /** Other outcomes are UNCLEAR, for this reason. */
  readonly mayBe?: readonly Outcome[];
  readonly unless?: string;
}

/** By a t interval. */
export function changeOf({ known, ...compared }: Compared & { readonly known: Uncertainty }): Change | Unfit {
  if (!(known.variance > 0)) return unfit('no_variance', 'All values are the same, which measured ones never are: how sure a difference between them is cannot be told.');
  const half = tQuantile(END, known.freedom) * Math.sqrt(known.variance);
  return changeFrom({ ...compared, low: compared.log - half, high: compared.log + half, pairVariance: known.variance * compared.runs });
}

/** @param pairVariance of the difference of one run and one other */
export function changeFrom({ measure, method, baseline, current, log, low, high, pairVariance, noise, noiseRatio, runs, atLeast, mayBe, unless }: Compared & { readonly low: number; readonly high: number; readonly pairVariance: number }): Change {
  const limit = limitOf(measure, noiseRatio);
  const limitLog = Math.log1p(limit);
  const half = (high - low) / 2;
  const found = outcomeOf({ low, high }, limitLog);
  // Of an UNCLEAR: what it would become if repeats made it sure.
  const against = reasonAgainst(found === 'UNCLEAR' ? outcomeOf({ low: log, high: log }, limitLog) : found, atLeast);
  const reason = against ?? (mayBe?.includes(found) === false && found !== 'UNCLEAR' ? (unless ?? null) : null);
  const outcome = reason === null ? found : 'UNCLEAR';
  const isWithin = method === 'pairedBlocks';
  const repeats = outcome === 'UNCLEAR' && against === null && !isWithin ? repeatsFor(log, limitLog, pairVariance, runs) : null;
  return {
    outcome,
    method,
    baseline,
    current,
    ...{ change: Math.expm1(log), low: Math.expm1(low), high: Math.expm1(high) },
    confidence: CONFIDENCE,
    limit,
    visibleFrom: Math.expm1(Math.sign(limit) * half),
    calledFrom: Math.expm1(limitLog + Math.sign(limit) * half),
    noise: noise && { ratio: noise.ratio, runs: noise.runs },
    repeats,
    reason: reason ?? (outcome === 'UNCLEAR' && repeats === null ? (isWithin ? ONE_RUN : TOO_NEAR) : null),
  };
}

/** null: it is what it looks like. */
function reasonAgainst(found: Outcome, atLeast: Compared['atLeast']): string | null {
  if (found === 'UNCLEAR') return null;
  if (atLeast.current && (found !== 'REGRESSION' || atLeast.baseline)) return 'So many had no end in time that this run is slower than its number, by how much is not known.';
  return atLeast.baseline && found !== 'IMPROVEMENT' ? 'So many of the baseline had no end in time that it is slower than its number, by how much is not known.' : null;
}
