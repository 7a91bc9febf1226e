// The load profile in k6's terms: which scenarios make exactly the load that PLAN describes. Pure: no clock, no requests.
import { openLeadMs, openScenario } from "./arrivals.js";
import { numberOf, partOf } from "./share.js";

/** Room beyond the longest iteration before k6 cuts one: of a request that it cuts nothing is left. */
const GRACE_MS = 2000;

/** @param {boolean} reporting also a `gauge` scenario: one more user that sends nothing and writes a line each second */
export function scenariosOf(plan, reporting) {
  const load =
    plan.model === "open"
      ? openScenario(plan)
      : plan.maxIterations === null
        ? closedScenario(plan)
        : countedScenario(plan);
  if (!reporting) return { load };
  const longestMs =
    Math.ceil(leadMs(plan)) +
    plan.durationMs +
    plan.longestIterationMs +
    2 * GRACE_MS;
  return {
    load,
    gauge: {
      executor: "per-vu-iterations",
      exec: "gauge",
      vus: 1,
      iterations: 1,
      maxDuration: ms(longestMs),
      gracefulStop: "0s",
    },
  };
}

/**
 * k6's executor for a number of iterations has one number of users from the first moment to the last. The same as refuse.ts says of a plan.
 * @returns {string | null} a sentence for the user
 */
export function limitProblem({ maxIterations, maxUsers, stages }) {
  const isConstant = stages.every(
    ({ durationMs, target }, i) =>
      target === maxUsers && (i > 0 || durationMs === 0),
  );
  return maxIterations === null || isConstant
    ? null
    : "PLAN.maxIterations: k6 runs a limited number of iterations with a constant number of users only: leave the ramp out.";
}

/** How long after setup() the plan's second 0 is. */
export function leadMs(plan) {
  return plan.model === "open" ? openLeadMs(plan) : 0;
}

/** The moment from which on a closed plan asks for no user of this share any more. */
export function lastLoadMs(plan) {
  let at = 0;
  let level = 0;
  let last = 0;
  for (const { durationMs, target } of userStages(plan)) {
    at += durationMs;
    if (level > 0 || target > 0) last = at;
    level = target;
  }
  return last;
}

function closedScenario(plan) {
  const grace = ms(plan.longestIterationMs + GRACE_MS);
  return {
    executor: "ramping-vus",
    startVUs: 0,
    stages: userStages(plan).map(({ durationMs, target }) => ({
      duration: ms(durationMs),
      target,
    })),
    gracefulRampDown: grace,
    gracefulStop: grace,
  };
}

/** A number of iterations shared by a constant number of users. */
function countedScenario(plan) {
  return {
    executor: "shared-iterations",
    vus: Math.min(plan.maxUsers, plan.maxIterations),
    iterations: plan.maxIterations,
    maxDuration: ms(plan.durationMs),
    gracefulStop: ms(plan.longestIterationMs + GRACE_MS),
  };
}

/**
 * User number k (from 0) of the plan is there while its level is above k; those of a share come and go evenly on each stage, one each
 * `count` levels. k6 adds its user number n when its own level has reached n, and takes it away when it is at n - 1: so its level steps
 * when the first of them comes or goes, and is a line from that one to the last.
 * @returns {{ durationMs: number, target: number }[]} target: users of this share
 */
function userStages({ stages, shard }) {
  const result = [];
  let level = 0;
  let users = 0;
  for (const { durationMs, target } of stages) {
    const after = partOf(shard, target);
    const changes = Math.abs(after - users);
    if (durationMs === 0 || changes === 0)
      result.push({ durationMs, target: after });
    else {
      const [, count] = shard;
      const perLevelMs = durationMs / Math.abs(target - level);
      const first =
        target > level
          ? { after: numberOf(shard, users) - level, users: users + 1 }
          : { after: level - numberOf(shard, users - 1), users: users - 1 };
      const firstMs = wholeMicros(first.after * perLevelMs);
      const lineMs = wholeMicros((changes - 1) * count * perLevelMs);
      result.push(
        { durationMs: firstMs, target: users },
        { durationMs: 0, target: first.users },
        { durationMs: lineMs, target: after },
        {
          durationMs: Math.max(0, durationMs - firstMs - lineMs),
          target: after,
        },
      );
    }
    level = target;
    users = after;
  }
  return result;
}

const wholeMicros = (value) => Math.round(value * 1000) / 1000;

function ms(value) {
  return Number.isInteger(value)
    ? `${value}ms`
    : `${Math.round(value * 1000)}us`;
}
