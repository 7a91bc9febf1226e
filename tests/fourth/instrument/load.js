// When iterations start: the level of a closed plan, the moments of an open one. All in milliseconds of the plan.
import { numberOf } from "./share.js";

/** Users at a moment, with fractions: user k (from 0) is there while the level is more than k. */
export function levelAt({ stages }, ms) {
  let [from, level] = [0, 0];
  for (const { durationMs, target } of stages) {
    if (ms < from + durationMs) return level + ((target - level) * (ms - from)) / durationMs;
    from += durationMs;
    level = target;
  }
  return 0;
}

/** Those of this share. Start number i of the plan is at the moment from which on the area under the rate is more than i. */
export function startsOf({ stages, plannedIterations, shard }) {
  const starts = [];
  let [from, rate, area] = [0, 0, 0];
  const next = () => numberOf(shard, starts.length);
  for (const { durationMs, target } of stages) {
    const slope = durationMs === 0 ? 0 : (target - rate) / durationMs;
    const after = area + ((rate + target) / 2) * (durationMs / 1000);
    for (; starts.length < plannedIterations && after > next() + 1e-9; ) {
      const missing = (next() - area) * 1000;
      const root = rate + Math.sqrt(Math.max(0, rate ** 2 + 2 * slope * missing));
      starts.push(from + (missing <= 0 ? 0 : (2 * missing) / root));
    }
    from += durationMs;
    rate = target;
    area = after;
  }
  return starts;
}
