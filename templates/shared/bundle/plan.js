// PLAN as the rest of the instrument reads it. Who edits it by hand changes one number: what follows from it is computed here, and what does
// not fit is refused with a sentence, before anything is sent. The same as plan.py; both are held to vectors/plan.json. Pure.
import { problemOf } from "./fit.js";
import { limitsOf } from "./objective.js";
import { durationOf, peakOf, startsOf } from "./stages.js";

/**
 * @param {object} given PLAN of the script
 * @param {object} flow FLOW of the script
 * @returns {{ plan: object, problem: null } | { plan: null, problem: string }} plan: PLAN, and what follows from it: durationMs, maxUsers,
 *   plannedIterations, longestIterationMs, and the limits of its objectives in integers
 */
export function readPlan(given, flow) {
  try {
    const problem = problemOf(given, flow);
    return { plan: problem === null ? derived(given, flow) : null, problem };
  } catch (error) {
    // A part of it is of another kind.
    return { plan: null, problem: `PLAN cannot be read: ${error.message}.` };
  }
}

function derived(given, flow) {
  const { model, stages, maxUsers, maxIterations, objectives } = given;
  const isOpen = model === "open";
  return {
    ...given,
    maxUsers: isOpen ? maxUsers : peakOf(stages),
    durationMs: durationOf(stages),
    plannedIterations: isOpen ? startsOf(stages) : maxIterations,
    longestIterationMs: longestOf(given, flow),
    objectives: objectives.map((objective) => ({
      ...objective,
      ...limitsOf(objective),
    })),
  };
}

/** The longest time that one iteration can take without its think time: after a 401 another login, and the request again. */
function longestOf({ requestTimeoutMs, pollDeadlineMs }, flow) {
  const { login, setUp, execute, poll } = flow;
  const requests = [login, ...setUp, execute, poll].filter(Boolean).length;
  const most = requests + (login ? 2 : 0);
  return requestTimeoutMs * most + (pollDeadlineMs ?? 0);
}
