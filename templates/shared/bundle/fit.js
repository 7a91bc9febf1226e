// What is wrong with PLAN, in the words of the server where it refuses the same. The same as fit.py; both are held to vectors/plan.json. Pure.
import { problemOf as objectiveProblem } from "./objective.js";
import { durationOf, heldIn, peakOf, startsOf } from "./stages.js";

const MEMBERS = [
  ...["model", "stages", "maxIterations", "steady", "thinkTimeMs"],
  ...["requestTimeoutMs", "pollIntervalMs", "pollDeadlineMs", "seed"],
  ...["connections", "objectives"],
];
const OF_OBJECTIVES = [
  ...["metric", "statistic", "comparison", "value", "requestName"],
  ...["during", "added", "abortAfterMs"],
];
/** Of those that only the server can judge in full. */
const NEED_THE_SERVER = ["maxChangeRatio", "strict"];

/** @returns {string | null} a sentence about the first thing that is wrong */
export function problemOf(plan, flow) {
  // In the closed model the stages say how many users there are.
  const members = plan.model === "open" ? [...MEMBERS, "maxUsers"] : MEMBERS;
  return (
    membersProblem("PLAN", plan, members) ??
    loadProblem(plan) ??
    steadyProblem(plan) ??
    timesProblem(plan, flow) ??
    objectivesProblem(plan)
  );
}

function membersProblem(place, value, names, further = []) {
  const missing = names.find((name) => value[name] === undefined);
  if (missing) return `${place}.${missing} is missing.`;
  const other = Object.keys(value).find(
    (name) => !names.includes(name) && !further.includes(name),
  );
  return other ? `${place}.${other} has no place here.` : null;
}

function loadProblem({ model, stages, maxUsers, maxIterations }) {
  const isOpen = model === "open";
  if (!isOpen && model !== "closed") return "PLAN.model: Give closed or open.";
  const wrong = stages.findIndex(
    ({ durationMs, target }) =>
      !isCount(durationMs) || !(isOpen ? isAmount(target) : isCount(target)),
  );
  if (wrong !== -1)
    return `PLAN.stages[${wrong}]: Give whole milliseconds, and ${isOpen ? "a rate" : "a whole number of users"} that is not negative.`;
  if (durationOf(stages) < 1000)
    return "PLAN.stages: The stages last less than 1 second together.";
  if (isOpen && startsOf(stages) === 0)
    return "PLAN.stages: No load: at this rate not one iteration starts before the plan is over.";
  if (!isOpen && peakOf(stages) === 0)
    return "PLAN.stages: No load: at least one stage must have 1 user or more.";
  if (isOpen && !isSome(maxUsers))
    return "PLAN.maxUsers: Give 1 or more: it is how many iterations may be in flight.";
  if (maxIterations === null) return null;
  if (isOpen)
    return "PLAN.maxIterations: In the open model the stages say how many iterations start.";
  return isSome(maxIterations)
    ? null
    : "PLAN.maxIterations: Give a whole number, 1 or more.";
}

function steadyProblem({ stages, steady }) {
  const held = heldIn(stages);
  let after = 0;
  for (const [from, to] of steady) {
    const within = held.find((one) => one.from <= from && to <= one.to);
    if (from < after || from >= to || !within?.ends.includes(to))
      return `PLAN does not fit itself: steady has ${from} to ${to} ms, but the stages last ${durationOf(stages)} ms and ${toldOf(held)}; a steady part lies within such stages and ends with one.`;
    after = to;
  }
  return null;
}

function toldOf(held) {
  const parts = held.map(({ from, to }) => `from ${from} to ${to} ms`);
  return parts.length === 0
    ? "none holds its level"
    : `hold their level ${parts.join(", ")}`;
}

function timesProblem(plan, { poll }) {
  const [thinkMin, thinkMax] = plan.thinkTimeMs;
  if (!isCount(thinkMin) || !isCount(thinkMax))
    return "PLAN.thinkTimeMs: Give whole milliseconds that are not negative.";
  if (thinkMin > thinkMax)
    return "PLAN.thinkTimeMs: The longest think time is shorter than the shortest.";
  for (const [name, least, isPolls] of TIMES) {
    if (isPolls && !poll) {
      if (plan[name] !== null)
        return `PLAN.${name}: Only an asynchronous execution is polled.`;
    } else if (!isCount(plan[name]) || plan[name] < least)
      return `PLAN.${name}: Give ${least} ms or more.`;
  }
  if (!isCount(plan.seed) || plan.seed >= 2 ** 32)
    return "PLAN.seed: Give a whole number from 0 to 4294967295.";
  return ["reuse", "perIteration"].includes(plan.connections)
    ? null
    : "PLAN.connections: Give reuse or perIteration.";
}

/** The least that each may be, in ms, and whether it is about polls. */
const TIMES = [
  ["requestTimeoutMs", 10, false],
  ["pollIntervalMs", 10, true],
  ["pollDeadlineMs", 100, true],
];

function objectivesProblem({ objectives, maxIterations }) {
  for (const [i, objective] of objectives.entries()) {
    const place = `PLAN.objectives[${i}]`;
    const missing = membersProblem(
      place,
      objective,
      OF_OBJECTIVES,
      NEED_THE_SERVER,
    );
    if (missing) return missing;
    const problem = objectiveProblem(objective);
    if (problem) return `${place}: ${problem}`;
    if (objective.metric === "throughput" && maxIterations !== null)
      return `${place}: A test that ends after a number of iterations, however long they take, has no throughput to judge.`;
  }
  return null;
}

const isCount = (value) => Number.isInteger(value) && value >= 0;
const isSome = (value) => isCount(value) && value > 0;
const isAmount = (value) => Number.isFinite(value) && value >= 0;
