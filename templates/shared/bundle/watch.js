// Objectives that may stop a test: one that was broken over its whole window of finished seconds. The same as watch.py and as the
// server's; all are held to vectors/watch.json.
import { allowedOf, count, countChecks, newTallies } from "./judge.js";

/** With fewer samples a window says nothing. */
const LEAST = 20;

/** null: no objective of this plan stops it. */
export function newWatch(plan) {
  if (plan.objectives.every(({ abortAfterMs }) => abortAfterMs === null))
    return null;
  /** Second of the END -> tallies of the steady samples that ended in it. */
  const seconds = new Map();
  const steadyOnly = {
    ...plan,
    objectives: plan.objectives.map((objective) => ({
      ...objective,
      during: "steady",
    })),
  };

  function talliesOf(endMicros) {
    const second = Math.floor(endMicros / 1e6);
    if (!seconds.has(second)) seconds.set(second, newTallies(plan));
    return seconds.get(second);
  }

  return {
    /** @param {string | null} name request name; null: an execution */
    add(name, startMicros, durationMicros, outcome) {
      count(
        steadyOnly,
        talliesOf(startMicros + durationMicros),
        name,
        startMicros,
        durationMicros,
        outcome,
      );
    },
    addChecks(startMicros, endMicros, passed, failed) {
      countChecks(
        steadyOnly,
        talliesOf(endMicros),
        startMicros,
        passed,
        failed,
      );
    },
    /**
     * @param {number} second all seconds before this one are over
     * @returns {number | null} the number of the first objective that was broken over its window
     */
    brokenAt(second) {
      const found = plan.objectives.findIndex((objective, i) => {
        if (objective.abortAfterMs === null) return false;
        const from = second - Math.ceil(objective.abortAfterMs / 1000);
        if (!liesInSteady(plan, from, second)) return false;
        let n = 0;
        let k = 0;
        for (let at = from; at < second; at++) {
          const tally = seconds.has(at) ? seconds.get(at)[i] : { n: 0, k: 0 };
          n += tally.n;
          k += tally.k;
        }
        return n >= LEAST && k > allowedOf(objective, n);
      });
      for (const at of seconds.keys())
        if (at < second - longestOf(plan)) seconds.delete(at);
      return found === -1 ? null : found;
    },
  };
}

/** Never inside a ramp: the load itself would break it. */
function liesInSteady(plan, from, to) {
  return plan.steady.some(
    ([fromMs, toMs]) => from * 1000 >= fromMs && to * 1000 <= toMs,
  );
}

function longestOf(plan) {
  return Math.max(
    ...plan.objectives.map(({ abortAfterMs }) =>
      Math.ceil((abortAfterMs || 0) / 1000),
    ),
  );
}
