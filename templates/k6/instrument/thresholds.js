// k6 decides its exit code by thresholds, each of which compares one sum with one number. So every rule of judge.js is written here as
// thresholds, and both come to the same end: exit code 0 exactly when the judge says passed, else 99. Pure.
import { allowedOf, judge, needsTheServer, newTallies } from "./judge.js";
import {
  against,
  EXHAUSTED,
  isPercentile,
  judged,
  margin,
  PAIR,
  pair,
  STARTED,
} from "./sums.js";

const NEVER = ["count<0"];

/** How a plan would be judged that was run to its end, and of which nothing is left. */
const FACTS = {
  cutShort: false,
  linesLost: false,
  inFlight: 0,
  interrupted: 0,
  broken: null,
};

/**
 * They all hold exactly when the judge says passed (or the run was interrupted, which has an exit code of its own).
 * @param {number} rows iterations that there are inputs for
 */
export function thresholdsOf(plan, rows) {
  const { results } = judge(plan, newTallies(plan), {
    ...FACTS,
    iterationsStarted: 0,
  });
  const thresholds = {};
  plan.objectives.forEach((objective, i) => {
    Object.assign(
      thresholds,
      thresholdsOfObjective(plan, objective, i, results[i].needed || 1),
    );
  });
  if (plan.plannedIterations !== null && plan.objectives.length > 0)
    thresholds[STARTED] = [
      `count>=${Math.ceil((plan.plannedIterations * 98) / 100)}`,
    ];
  // k6 looks each 2 s, and ends the test with exit code 99.
  if (rows !== Infinity)
    thresholds[EXHAUSTED] = [{ threshold: "count<1", abortOnFail: true }];
  return thresholds;
}

function thresholdsOfObjective(plan, objective, i, needed) {
  const isOfNothing = objective.during === "steady" && plan.steady.length === 0;
  if (isOfNothing || needsTheServer(objective)) return { [judged(i)]: NEVER };
  if (objective.metric === "throughput")
    return {
      [judged(i)]: ["count>=1"],
      [against(i)]: [`count>=${leastToPass(plan, objective)}`],
    };
  return {
    [judged(i)]: [`count>=${objective.added ? 1 : needed}`],
    [margin(i)]: [isStrict(objective) ? "count>0" : "count>=0"],
    ...(objective.added && { [pair(i)]: tooFewForFailures(objective, needed) }),
  };
}

/** The share itself is too much, unless it is 0. */
function isStrict(objective) {
  const { comparison, limitPpm } = objective;
  return (
    !isPercentile(objective) &&
    (comparison === "<" || comparison === ">") &&
    limitPpm > 0
  );
}

/**
 * The error objective that every plan has passes on few executions when nothing failed, else it needs its number. That "or" cannot
 * be one comparison, but it concerns few pairs of n and k: each is excluded by itself.
 */
function tooFewForFailures(objective, needed) {
  const excluded = [];
  for (let n = 1; n < needed; n++)
    for (let k = 1; k <= allowedOf(objective, n); k++)
      excluded.push(`count!=${n + PAIR * k}`);
  // A list of none would be a sum without a threshold; this one always holds.
  return excluded.length > 0 ? excluded : ["count>=0"];
}

/** Successful executions needed for a throughput, asked of the judge itself. */
function leastToPass(plan, objective) {
  const alone = { ...plan, objectives: [objective] };
  const facts = { ...FACTS, iterationsStarted: plan.plannedIterations };
  const passes = (k) =>
    judge(alone, [{ n: Math.max(1, k), k }], facts).verdict === "passed";
  if (passes(0)) return 0;
  let low = 0;
  let high = 1;
  while (!passes(high)) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high;
}
