// The verdict from the sums, and the lines that tell it. Pure.
import { newHistogram } from "./histogram.js";
import { judge } from "./judge.js";
import { statsFor, valueAtRank } from "./rank.js";
import {
  against,
  CENSORED,
  DONE,
  ENDED,
  isPercentile,
  judged,
  latency,
  longest,
  SENT,
  STARTED,
} from "./sums.js";
import { verdictLines } from "./table.js";

/** What k6 must tell of Trends at the end (`summaryTrendStats`). */
export function trendStatsOf({ objectives }) {
  return [
    ...new Set(
      objectives
        .filter(isPercentile)
        .flatMap(({ perMille }) => statsFor(perMille)),
    ),
  ];
}

/**
 * @param {(sum: string) => Record<string, number>} valuesOf what k6 tells of a sum; empty when nothing was added to it
 * @param {boolean} cutShort the plan was not run to its end
 * @returns {{ verdict: string, lines: string[] }}
 */
export function verdictOf(plan, valuesOf, cutShort) {
  const sumOf = (name) => valuesOf(name).count || 0;
  const interrupted = sumOf(STARTED) - sumOf(ENDED);
  const inFlight = sumOf(SENT) - sumOf(DONE);
  const tallies = plan.objectives.map((objective, i) => {
    const unfinished = objective.requestName === null ? interrupted : inFlight;
    return {
      n: sumOf(judged(i)) - (isPercentile(objective) ? unfinished : 0),
      k: sumOf(against(i)),
    };
  });
  const judgement = judge(plan, tallies, {
    cutShort,
    linesLost: false,
    inFlight,
    interrupted,
    iterationsStarted: sumOf(STARTED),
    broken: null,
  });
  const latencies = plan.objectives.map((objective, i) =>
    isPercentile(objective)
      ? latencyOf(
          objective.perMille,
          judgement.results[i].n,
          tallies[i].n,
          valuesOf(latency(i)),
          valuesOf(longest(i)).max,
        )
      : null,
  );
  return {
    verdict: judgement.verdict,
    lines: verdictLines(plan, judgement, latencies),
  };
}

/**
 * By nearest rank, as in histogram.js.
 * @param {number} n samples
 * @param {number} reported how many of them have been reported; the others are slower than all of those
 * @param {Record<string, number>} values what k6 tells of the Trend of those that have been
 * @param {number} longestMicros of those that have an end
 * @returns {number | null} microseconds; Infinity: of one that has no end; null: there is none
 */
function latencyOf(perMille, n, reported, values, longestMicros) {
  if (n === 0) return null;
  const rank = Math.max(1, Math.ceil((perMille * n) / 1000));
  if (rank > reported) return Infinity;
  const micros = valueAtRank(values, reported, perMille, rank - 1);
  if (micros === null) return null;
  if (micros > CENSORED / 2) return Infinity;
  const histogram = newHistogram();
  histogram.add(Math.round(micros));
  histogram.add(longestMicros);
  return histogram.at(1);
}
