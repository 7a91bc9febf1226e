// What the sample lines come to for the objectives: counts for the verdict, latencies for the table, and whether the test
// is to be stopped.
import { newHistogram } from "./histogram.js";
import { count, countChecks, isCensored, judge, newTallies } from "./judge.js";
import { verdictLines } from "./table.js";
import { failureLines } from "./told.js";
import { newWatch } from "./watch.js";

/** @param {boolean} watching stops the test when an objective says so: nobody else does */
export function newScore(plan, watching) {
  const tallies = newTallies(plan);
  const histograms = plan.objectives.map(({ perMille }) =>
    perMille === null ? null : newHistogram(),
  );
  /** Of executions, each with how many there were. */
  const outcomes = {};
  const watch = watching ? newWatch(plan) : null;

  /** `name`: of the request; null: an execution */
  function add(name, startMicros, durationMicros, outcome) {
    if (name === null) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const before = tallies.map(({ n }) => n);
    count(plan, tallies, name, startMicros, durationMicros, outcome);
    histograms.forEach((histogram, i) => {
      // What an objective is judged on is what its latency is shown of.
      if (histogram === null || tallies[i].n === before[i]) return;
      if (isCensored(outcome)) histogram.addCensored();
      else histogram.add(durationMicros);
    });
    watch?.add(name, startMicros, durationMicros, outcome);
  }

  function addRequest([, start, name, duration, outcome, , extra]) {
    add(name, start, duration, outcome);
    if (extra.exec) add(null, start, duration, outcome);
    if (!extra.checks) return;
    const [passed, { length: failed }] = extra.checks;
    countChecks(plan, tallies, start, passed, failed);
    watch?.addChecks(start, start + duration, passed, failed);
  }

  return {
    /**
     * @param {unknown[]} line of the sample protocol
     * @returns {number | null} the number of an objective that stops the test
     */
    read(line) {
      if (line[0] === "req") addRequest(line);
      if (line[0] === "exec") add(null, ...line.slice(1, 4));
      // A gauge comes behind all samples of the seconds before its own.
      if (line[0] === "gauge" && watch)
        return watch.brokenAt(Math.floor(line[1] / 1e6));
      return null;
    },

    /**
     * @param {object} facts see judge.js
     * @returns {{ verdict: string, lines: string[] }} lines: what the script prints at its end
     */
    sumUp(facts) {
      const judgement = judge(plan, tallies, facts);
      const latencies = histograms.map((histogram, i) => {
        if (histogram === null) return null;
        // The judge counts what had no end as slower than the limit; so does the table.
        for (let n = tallies[i].n; n < judgement.results[i].n; n++)
          histogram.addCensored();
        return histogram.at(plan.objectives[i].perMille);
      });
      return {
        verdict: judgement.verdict,
        lines: [
          ...failureLines(outcomes),
          ...verdictLines(plan, judgement, latencies),
        ],
      };
    },
  };
}
