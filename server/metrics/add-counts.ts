/** How often each outcome came, added up. */
import type { Outcome } from '../samples/sample.ts';
import type { Counts } from './interval.ts';

export function addCounts(to: Partial<Record<Outcome, number>>, counts: Counts): void {
  for (const [outcome, count] of Object.entries(counts) as [Outcome, number][]) to[outcome] = (to[outcome] ?? 0) + count;
}
