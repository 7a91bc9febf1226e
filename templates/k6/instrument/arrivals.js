// The open model: iterations start when they are due, whatever the answers do. Of a share of the plan those that belong to it. Pure: no
// clock, no requests.
//
// k6's own arrival-rate executors start one iteration more or less than the plan says, and give each start to the user that has been
// idle for longest, whose connection has gone cold by then. So iterations are shared out here like tickets: k6 numbers them, each is one
// start of the plan, and the user that holds it waits until it is due. As many users hold tickets as the next half second needs, up
// to twice as many; the others are parked in an iteration that sends nothing, and come back when tickets run short.

import { dueIn, segmentsOf } from "./segments.js";
import { numberOf, partOf, rateOf } from "./share.js";

/** A parked user looks so often whether it is needed. */
export const LOOK_MS = 250;
/** From setup() to the plan's second 0: the first users must hold their tickets by then. */
const LEAD_MS = 50;
const LEAD_MS_PER_USER = 0.05;

export function openScenario(plan) {
  const longestMs =
    openLeadMs(plan) + plan.durationMs + plan.longestIterationMs + 2000;
  return {
    executor: "shared-iterations",
    vus: plan.maxUsers,
    // Each user needs one to be parked in.
    iterations: plan.maxUsers + plan.plannedIterations,
    maxDuration: `${Math.ceil(longestMs)}ms`,
    gracefulStop: "0s",
  };
}

export function openLeadMs(plan) {
  return LEAD_MS + LEAD_MS_PER_USER * plan.maxUsers;
}

export function arrivalsOf(plan) {
  const { shard } = plan;
  const segments = segmentsOf(plan.stages);
  const rateAt = (atMs) =>
    rateIn(
      segments.find(({ toMs }) => atMs < toMs),
      atMs,
    );
  return {
    /** Number, in this share, of the start that k6's iteration is; below 0: none, it is there to be parked in. */
    ticketOf: (iteration) => iteration - plan.maxUsers,
    /** When start number i of this share is due, ms: the moment from which on the area under the rate is more than its number in the plan. */
    dueAt: (i) => dueIn(segments, numberOf(shard, i)) ?? plan.durationMs,
    /** Tickets that should be held by waiting users at least. */
    neededAt: (atMs) =>
      Math.max(
        1,
        Math.ceil(
          rateOf(shard, Math.max(rateAt(atMs), rateAt(atMs + 1000))) / 2,
        ),
      ),
    /** Tickets that are held and not due yet: each iteration that is completed lets its user take one. */
    waitingAt: (atMs, iterationsCompleted) =>
      iterationsCompleted -
      Math.min(
        plan.plannedIterations,
        partOf(shard, Math.ceil(areaUntil(segments, atMs))),
      ),
  };
}

function areaUntil(segments, atMs) {
  const segment = segments.find(({ toMs }) => atMs < toMs);
  if (!segment)
    return segments.length > 0 ? segments[segments.length - 1].area : 0;
  const ms = Math.max(0, atMs - segment.fromMs);
  return (
    segment.before + ((segment.from + rateIn(segment, atMs)) / 2) * (ms / 1000)
  );
}

function rateIn(segment, atMs) {
  if (!segment) return 0;
  const { fromMs, toMs, from, to } = segment;
  return from + ((to - from) * Math.max(0, atMs - fromMs)) / (toMs - fromMs);
}
