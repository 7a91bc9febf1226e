// One share of a plan: several processes of one bundle make its load together. Share i of N has the users, starts, iterations and rows
// number k of the plan with k mod N = i. The same as share.py; both are held to vectors/share.json. Pure.

/**
 * @param {[index: number, count: number]} shard
 * @returns {number} how many of the numbers 0 to whole - 1 are of this share
 */
export const partOf = ([index, count], whole) =>
  Math.floor((whole + count - 1 - index) / count);

/** The number in the plan of what has the number `own`, from 0, in the share. */
export const numberOf = ([index, count], own) => own * count + index;

/** Of what is no number of things: a rate. */
export const rateOf = ([, count], whole) => whole / count;

/**
 * @param {object} plan as readPlan gives it
 * @param {{ inputs: object | null }} flow
 * @returns {{ plan: object, problem: null } | { plan: null, problem: string }} plan: that of the share, with `shard`. Its numbers are the
 *   share's, and so is a throughput that it is held to; its stages and times are the plan's: all shares follow one line
 */
export function shareOf(plan, flow, shard) {
  const problem = problemOf(plan, flow, shard);
  return { plan: problem === null ? parted(plan, shard) : null, problem };
}

function parted(plan, shard) {
  const part = (whole) => (whole === null ? null : partOf(shard, whole));
  return {
    ...plan,
    shard,
    maxUsers: part(plan.maxUsers),
    maxIterations: part(plan.maxIterations),
    plannedIterations: part(plan.plannedIterations),
    objectives: plan.objectives.map((objective) =>
      objective.metric === "throughput" && objective.value !== null
        ? { ...objective, value: rateOf(shard, objective.value) }
        : objective,
    ),
  };
}

/** Each share says the same of all of them: none of them begins. */
function problemOf(plan, { inputs }, [, count]) {
  const rows = inputs?.order === "unique" ? inputs.count : null;
  const parts = [
    [plan.maxUsers, "user"],
    [plan.plannedIterations, "iteration"],
    [rows, "unique row"],
  ];
  const few = parts.find(([whole]) => whole !== null && whole < count);
  if (!few) return null;
  const [whole, name] = few;
  const article = /^[aeio]/.test(name) ? "an" : "a";
  return `LOAD_TEST_SHARD: ${count} shares of ${whole} ${name}${whole === 1 ? "" : "s"}: a share without ${article} ${name} makes no load.`;
}
