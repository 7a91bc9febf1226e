// The load profile in k6's terms: which scenarios make exactly the load that PLAN describes. Pure: no clock, no requests.
import { openLeadMs, openScenario } from "./arrivals.js";

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

/** The moment from which on a closed plan asks for no user any more. */
export function lastLoadMs(plan) {
  let at = 0;
  let level = 0;
  let last = 0;
  for (const { durationMs, target } of plan.stages) {
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
    stages: userStages(plan.stages),
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
 * User number k (from 0) is there while the level is above k. k6 does so on the way down; on the way up it adds a user when
 * the level has reached that number, one step too late: so the way up begins one step higher and is there one step sooner.
 */
function userStages(stages) {
  const result = [];
  let level = 0;
  for (const { durationMs, target } of stages) {
    const steps = target - level;
    if (durationMs === 0 || steps <= 0)
      result.push({ duration: ms(durationMs), target });
    else {
      const rampMs =
        Math.round((durationMs * (steps - 1) * 1000) / steps) / 1000;
      result.push(
        { duration: "0s", target: level + 1 },
        { duration: ms(rampMs), target },
        { duration: ms(durationMs - rampMs), target },
      );
    }
    level = target;
  }
  return result;
}

function ms(value) {
  return Number.isInteger(value)
    ? `${value}ms`
    : `${Math.round(value * 1000)}us`;
}
