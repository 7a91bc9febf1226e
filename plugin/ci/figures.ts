/** Numbers as people read them. Pure. */

const format = (digits: number) => new Intl.NumberFormat('en', { maximumFractionDigits: digits });
const [whole, tenths, hundredths] = [format(0), format(1), format(2)];
const signed = new Intl.NumberFormat('en', { maximumFractionDigits: 1, signDisplay: 'exceptZero' });

export const count = (n: number): string => whole.format(n);
export const milliseconds = (ms: number): string => `${(ms < 100 ? tenths : whole).format(ms)} ms`;
export const seconds = (ms: number): string => `${tenths.format(ms / 1000)} s`;

/** In the unit of its metric; a dash: nothing was measured. */
export function figure(metric: string, value: number | null): string {
  if (value === null) return '–';
  if (metric === 'latency') return milliseconds(value);
  return metric === 'throughput' ? `${tenths.format(value)}/s` : `${hundredths.format(value * 100)} %`;
}

/** `+25 %`; of ratios of errors their difference: `+0.5 points`. */
export const change = (metric: string, ratio: number): string => `${signed.format(ratio * 100)} ${metric === 'error_ratio' ? 'points' : '%'}`;
