/** Percentiles as they are shown: of too few samples one is a number, but says nothing, so it is a dash with how many it needs. Pure. */
import { LEAST_SAMPLES } from '../../../../server/script/least-samples.ts';
import { msParts, type Quantity } from '../text/format.ts';
import { text } from '../text/text.ts';

export type PercentileField = 'p50Ms' | 'p90Ms' | 'p95Ms' | 'p99Ms' | 'p999Ms' | 'maxMs';

/** How many it needs, where these are too few; null: they are enough, or it needs no number. */
export function neededFor(statistic: string, samples: number): number | null {
  const least = LEAST_SAMPLES[statistic] ?? 1;
  return samples < least ? least : null;
}

export interface Measured {
  readonly count: number;
  readonly atLeast: readonly string[];
}

/** @returns null: too few, or nothing was measured. `isAtLeast`: its rank falls into what had no end in time */
export function percentileOf<Field extends PercentileField>(latency: (Measured & { readonly [key in Field]: number }) | null | undefined, field: Field): { readonly ms: number; readonly isAtLeast: boolean } | null {
  if (!latency || neededFor(field.replace('Ms', ''), latency.count) !== null) return null;
  return { ms: latency[field], isAtLeast: latency.atLeast.includes(field) };
}

/** For a tile: the value apart from its unit, and a few plain words. @param unknown where there is none */
export function percentileTile<Field extends 'p50Ms' | 'p95Ms' | 'p99Ms'>(latency: (Measured & { readonly [key in Field]: number }) | null, field: Field, unknown = text.metric.nothing): { readonly quantity: Quantity; readonly words: string; readonly prefix: string } {
  const known = percentileOf(latency, field);
  const statistic = field.replace('Ms', '') as 'p50' | 'p95' | 'p99';
  const needed = latency ? neededFor(statistic, latency.count) : null;
  return { quantity: msParts(known?.ms), prefix: known?.isAtLeast ? text.metric.atLeast : '', words: !latency ? unknown : needed !== null ? text.metric.needsExecutions(needed) : text.metric.faster[statistic] };
}
