// The load profile as mathematics: when a user belongs to the load, when an iteration starts. Times are ms of plan time.

/**
 * The stages with their level at both ends; a stage of 0 ms is a jump and has no length.
 * @returns {{ fromMs: number, toMs: number, from: number, to: number }[]}
 */
export function segmentsOf(plan) {
  const segments = [];
  let at = 0;
  let level = 0;
  for (const { durationMs, target } of plan.stages) {
    if (durationMs > 0)
      segments.push({
        fromMs: at,
        toMs: at + durationMs,
        from: level,
        to: target,
      });
    at += durationMs;
    level = target;
  }
  return segments;
}

/**
 * Closed model: user k (from 0) is there while the level is above k.
 * @returns {number | null} the first such moment from `atMs` on; null: never again
 */
export function joinsAt(segments, user, atMs) {
  for (const { fromMs, toMs, from, to } of segments) {
    if (toMs <= atMs) continue;
    const begin = Math.max(fromMs, atMs);
    const perMs = (to - from) / (toMs - fromMs);
    if (from + perMs * (begin - fromMs) > user) return begin;
    if (to > user) return Math.max(begin, fromMs + (user - from) / perMs);
  }
  return null;
}

/** The area of the whole plan may fall short of its last integer by a rounding error of this size. */
const TINY = 1e-9;

/**
 * Open model: the moments of all planned starts, in order. Start i is at the moment from which on the area under the rate is
 * more than i; so in a pause nothing starts, not even at its first moment.
 */
export function* startTimes(segments, planned) {
  let i = 0;
  let area = 0;
  for (const { fromMs, toMs, from, to } of segments) {
    const seconds = (toMs - fromMs) / 1000;
    const end = area + ((from + to) / 2) * seconds;
    for (; i < planned && i < end - TINY; i++)
      yield Math.min(
        toMs,
        fromMs +
          1000 *
            secondsUntil(Math.max(0, i - area), from, (to - from) / seconds),
      );
    area = end;
  }
}

/** How long it takes until the area under a rate that begins at `from` and changes by `slope` each second is `area`. */
function secondsUntil(area, from, slope) {
  if (area === 0) return 0;
  return (
    (2 * area) / (from + Math.sqrt(Math.max(0, from * from + 2 * area * slope)))
  );
}
