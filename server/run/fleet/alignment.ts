/** Whose clock is set how: shards count from an instant by their own clocks, and their lines take a while to come. Pure; all in ms. */

/**
 * By how much a shard's clock is behind this server's; below 0: it is ahead.
 * @param leastDelayMs least difference seen between a line's arrival here and its time there: its way, and what the clock is behind
 * @param lagMs its way takes so long at most
 * @returns the smallest offset that explains what was seen; 0 where the way alone does
 */
export function clockOffsetMs(leastDelayMs: number, lagMs: number): number {
  if (leastDelayMs < 0) return leastDelayMs;
  return Math.max(0, leastDelayMs - lagMs);
}

/** By this server's clock. @param startedAt plan second 0 by the shard's clock */
export function lateMsOf(startedAt: number, offsetMs: number, startAt: number): number {
  return startedAt + offsetMs - startAt;
}

/** Seconds of the run that a shard's own seconds are later. */
export const shiftOf = (lateMs: number): number => Math.round(lateMs / 1000);
