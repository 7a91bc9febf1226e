// The load profile as mathematics: when a user belongs to the load, when an iteration starts. Times are ms of plan time.
import { dueIn } from "./segments.js";
import { numberOf } from "./share.js";

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

/** Open model: the moments of all planned starts of a share, in order. */
export function* startTimes(segments, planned, shard) {
  for (let i = 0; i < planned; i++) {
    const due = dueIn(segments, numberOf(shard, i));
    if (due === null) return;
    yield due;
  }
}
