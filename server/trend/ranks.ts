/**
 * Mann-Whitney, exact and with ties (the permutation distribution of the rank sum, by counting), and the shift of Hodges and Lehmann with its interval (Lehmann, Nonparametrics, 1975,
 * chapters 1 and 2). Own code: what npm has approximates with the normal distribution, which says nothing of five runs.
 */

/** Beyond so many of each side the newest count: what was long ago says little of now. */
const MOST = 50;

export interface Shift {
  /** Two-sided. */
  readonly p: number;
  readonly shift: number;
  readonly low: number;
  readonly high: number;
}

/** How many ways there are to choose so many of so many. */
export function choose(all: number, some: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(some, all - some); i++) ways = (ways * (all - i + 1)) / i;
  return ways;
}

/** @param before and `after` oldest first. @param end of the interval to each side: 0.95 */
export function shiftOf(before: readonly number[], after: readonly number[], end: number): Shift {
  const [old, now] = [before.slice(-MOST), after.slice(-MOST)];
  const differences = now.flatMap((value) => old.map((other) => value - other)).sort((a, b) => a - b);
  const at = (rank: number) => differences[Math.min(Math.max(rank, 1), differences.length) - 1] ?? 0;
  const half = differences.length / 2;
  const rank = rankOfEnd(old.length, now.length, 1 - end);
  return { p: exactP(old, now), shift: (at(Math.ceil(half + 0.5)) + at(Math.floor(half + 0.5))) / 2, low: at(rank), high: at(differences.length + 1 - rank) };
}

function exactP(before: readonly number[], after: readonly number[]): number {
  const ranks = doubledRanks([...before, ...after]);
  const sum = ranks.slice(before.length).reduce((a, b) => a + b, 0);
  const ways = sumsOf(ranks, after.length);
  const all = ways.reduce((a, b) => a + b, 0);
  const upTo = ways.slice(0, sum + 1).reduce((a, b) => a + b, 0);
  const from = ways.slice(sum).reduce((a, b) => a + b, 0);
  return Math.min(1, (2 * Math.min(upTo, from)) / all);
}

/** Ranks, equal values share theirs; doubled, so that they are whole. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => values.reduce((rank, other) => rank + (other < value ? 2 : other === value ? 1 : 0), 1));
}

/** Ways to choose so many of the ranks, by their sum. */
function sumsOf(ranks: readonly number[], count: number): Float64Array {
  const most = [...ranks].sort((a, b) => b - a).slice(0, count).reduce((a, b) => a + b, 0);
  const ways = Array.from({ length: count + 1 }, () => new Float64Array(most + 1));
  const [none] = ways;
  if (none) none[0] = 1;
  for (const rank of ranks)
    for (let chosen = count; chosen >= 1; chosen--) {
      const [to, from] = [ways[chosen], ways[chosen - 1]];
      if (to && from) for (let sum = most; sum >= rank; sum--) to[sum] = (to[sum] ?? 0) + (from[sum - rank] ?? 0);
    }
  return ways[count] ?? new Float64Array(1);
}

/** The rank of the difference that is the lower end: by chance it is beyond the shift in at most `tail`. 0 where there are too few: then the least. */
function rankOfEnd(before: number, after: number, tail: number): number {
  const ways = sumsOf(Array.from({ length: before + after }, (_, i) => i + 1), after);
  const all = choose(before + after, after);
  const least = (after * (after + 1)) / 2;
  let rank = 0;
  for (let passed = ways[least] ?? 0; passed / all <= tail; passed += ways[least + rank] ?? 0) rank += 1;
  return rank;
}
