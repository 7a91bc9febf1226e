/** Fewer points for a small chart: neighbouring seconds are merged, row by row, so that nothing is lost between them. */
import type { StoredRow } from './store.ts';

export function mergePoints(seconds: readonly StoredRow[][], maxPoints: number | null): StoredRow[][] {
  if (maxPoints === null || maxPoints < 1 || seconds.length <= maxPoints) return [...seconds];
  const size = Math.ceil(seconds.length / maxPoints);
  const merged: StoredRow[][] = [];
  for (let from = 0; from < seconds.length; from += size) merged.push(seconds.slice(from, from + size).flat());
  return merged;
}
