// An open plan as mathematics: the stages that have a length, and when a start is due. Times are ms of plan time. Pure.

/**
 * The stages with their level at both ends; a stage of 0 ms is a jump and has no length.
 * @param {{ durationMs: number, target: number }[]} stages
 * @returns {{ fromMs: number, toMs: number, from: number, to: number, before: number, area: number }[]}
 *   before, area: under the level up to its start and its end, in iterations (or user-seconds)
 */
export function segmentsOf(stages) {
  const segments = [];
  let at = 0;
  let level = 0;
  let before = 0;
  for (const { durationMs, target } of stages) {
    const area = before + ((level + target) / 2) * (durationMs / 1000);
    if (durationMs > 0)
      segments.push({
        fromMs: at,
        toMs: at + durationMs,
        from: level,
        to: target,
        before,
        area,
      });
    at += durationMs;
    level = target;
    before = area;
  }
  return segments;
}

/** The area of the whole plan may fall short of its last integer by a rounding error of this size. */
const TINY = 1e-9;

/**
 * The moment from which on the area under the rate is more than i; so in a pause nothing is due, not even at its first moment.
 * @param {number} i number of a start, from 0
 * @returns {number | null} null: the plan has no such start
 */
export function dueIn(segments, i) {
  const segment = segments.find(({ area }) => i < area - TINY);
  if (!segment) return null;
  const { fromMs, toMs, from, to, before } = segment;
  const left = Math.max(0, i - before);
  if (left === 0) return fromMs;
  const slope = ((to - from) / (toMs - fromMs)) * 1000;
  return Math.min(
    toMs,
    fromMs +
      (2000 * left) /
        (from + Math.sqrt(Math.max(0, from * from + 2 * left * slope))),
  );
}
