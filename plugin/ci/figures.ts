/** Numbers as people read them. Pure. */
import { numeral, signedNumeral } from '../../server/words/numeral.ts';

export const count = (n: number): string => numeral(n, 0);
export const milliseconds = (ms: number): string => `${numeral(ms, ms < 100 ? 1 : 0)} ms`;
export const seconds = (ms: number): string => `${numeral(ms / 1000, 1)} s`;

/** In the unit of its metric; a dash: nothing was measured. */
export function figure(metric: string, value: number | null): string {
  if (value === null) return '–';
  if (metric === 'latency') return milliseconds(value);
  return metric === 'throughput' ? `${numeral(value, 1)}/s` : `${numeral(value * 100, 2)} %`;
}

/** `+25 %`; of ratios of errors their difference: `+0.5 points`. */
export const change = (metric: string, ratio: number): string => `${signedNumeral(ratio * 100)} ${metric === 'error_ratio' ? 'points' : '%'}`;
