// What the plan's objectives come to, from the same integers that go into the sample lines.
import { newHistogram } from "./histogram.js";
import { count, countChecks, isCensored, isSteady, judge, newTallies } from "./judge.js";
import { verdictLines } from "./table.js";
import { newWatch } from "./watch.js";

export function newVerdict(PLAN) {
  const tallies = newTallies(PLAN);
  const histograms = PLAN.objectives.map(({ metric, perMille }) => (metric === "latency" && perMille !== null ? newHistogram() : null));
  const watch = newWatch(PLAN);

  return {
    /** @param {string | null} name request name; null: an execution */
    add(name, startMicros, durationMicros, outcome) {
      count(PLAN, tallies, name, startMicros, durationMicros, outcome);
      watch?.add(name, startMicros, durationMicros, outcome);
      PLAN.objectives.forEach(({ requestName, during }, i) => {
        if (requestName !== name || (during === "steady" && !isSteady(PLAN, startMicros))) return;
        if (isCensored(outcome)) histograms[i]?.addCensored();
        else if (outcome === "ok") histograms[i]?.add(durationMicros);
      });
    },
    addChecks(startMicros, durationMicros, passed, failed) {
      countChecks(PLAN, tallies, startMicros, passed, failed);
      watch?.addChecks(startMicros, startMicros + durationMicros, passed, failed);
    },
    /** The number of an objective that stops the test; null: none. */
    brokenAt: (second) => watch?.brokenAt(second) ?? null,
    /** @returns {{ verdict: string, lines: string[] }} */
    end(facts) {
      const judgement = judge(PLAN, tallies, facts);
      PLAN.objectives.forEach(({ requestName }, i) => {
        const unfinished = facts.cutShort ? 0 : requestName === null ? facts.interrupted : facts.inFlight;
        for (let late = 0; late < unfinished; late++) histograms[i]?.addCensored();
      });
      const latencies = PLAN.objectives.map(({ perMille }, i) => histograms[i]?.at(perMille) ?? null);
      return { verdict: judgement.verdict, lines: verdictLines(PLAN, judgement, latencies) };
    },
  };
}
