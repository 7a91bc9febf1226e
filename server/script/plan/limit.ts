/** Whether the limit of an objective says something: one that no run can keep, or that every run keeps, judges nothing. */

interface Limit {
  readonly metric: 'latency' | 'error_ratio' | 'throughput' | 'checks_ratio';
  readonly comparison: '<' | '<=' | '>' | '>=';
  readonly value: number;
}

/** A sentence for the user; null: it can be judged. */
export function refusedLimit({ metric, comparison, value }: Limit): string | null {
  if (metric === 'latency') return value > 0.001 ? null : 'No answer is that fast: times are whole microseconds, so give more than 0.001 ms.';
  if (metric === 'throughput') return comparison === '>=' && value === 0 ? 'Every run keeps this: give more than 0, or write > 0 for at least one success.' : null;
  if (value > 1) return metric === 'error_ratio' ? 'An error ratio lies between 0 and 1: 1 % is 0.01.' : 'A checks ratio lies between 0 and 1: 99 % is 0.99.';
  if (comparison === '<' && value === 0) return 'No error ratio is below 0: for no failure at all write <= 0.';
  if (comparison === '<=' && value === 1) return 'Every run keeps this: an error ratio is never above 1.';
  if (comparison === '>' && value === 1) return 'No checks ratio is above 1: for no failed check at all write >= 1.';
  if (comparison === '>=' && value === 0) return 'Every run keeps this: a checks ratio is never below 0.';
  return isMillionths(value) ? null : 'Ratios are judged in millionths: give at most 6 decimal places, which are 4 of a per cent.';
}

/** 7 / 100 is a little more than 0.07, and still 70,000 millionths. */
function isMillionths(value: number): boolean {
  return Math.abs(value - Math.round(value * 1e6) / 1e6) < 1e-12;
}
