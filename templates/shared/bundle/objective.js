// What an objective of PLAN asks for, in the integers that samples are counted in. They follow from metric, statistic, comparison and
// value alone, so that who edits a limit by hand is judged by the limit that is printed. The same as objective.py and as the server's
// script/objective.ts and script/plan/objective.ts; all are held to vectors/objective.json.

const PER_MILLE = {
  p50: 500,
  p90: 900,
  p95: 950,
  p99: 990,
  p999: 999,
  max: 1000,
};
const STATISTICS = [...Object.keys(PER_MILLE), "mean"];
const METRICS = {
  latency: "Latency",
  error_ratio: "An error ratio",
  throughput: "Throughput",
  checks_ratio: "A checks ratio",
};
/** Judged by how much there is of it. */
const WANT_MORE = ["throughput", "checks_ratio"];

/**
 * @returns {{ perMille: number | null, slowerFromMicros: number | null, limitPpm: number | null }}
 *   perMille: of a percentile, in thousandths (p99.9 = 999, max = 1000); slowerFromMicros: latency: the smallest whole number of
 *   microseconds that is slower than the limit; limitPpm: ratios: the share that may fail, in parts per million
 */
export function limitsOf({ metric, statistic, comparison, value }) {
  // What the baseline measured is the server's to know: of what is held to it nothing can be counted here.
  const latency = metric === "latency" && value !== null;
  return {
    perMille: latency ? (PER_MILLE[statistic] ?? null) : null,
    slowerFromMicros: latency ? slowerFrom(comparison, value) : null,
    limitPpm: limitPpmOf(metric, value),
  };
}

/** `< 500 ms`: 500,000 µs is slower already; `<= 500 ms`: 500,001 µs is the first that is. */
function slowerFrom(comparison, value) {
  // In nanoseconds first: 16.1 * 1000 is 16100.000000000002, and 2.3 * 1000 is 2299.9999999999995.
  const limitMicros = Math.round(value * 1e6) / 1000;
  return comparison === "<"
    ? Math.ceil(limitMicros)
    : Math.floor(limitMicros) + 1;
}

function limitPpmOf(metric, value) {
  if (value === null) return null;
  if (metric === "error_ratio") return Math.round(value * 1e6);
  return metric === "checks_ratio" ? 1e6 - Math.round(value * 1e6) : null;
}

/** @returns {string | null} why it cannot be judged, in the words of the server; null: it can */
export function problemOf(objective) {
  return partsProblem(objective) ?? wholeProblem(objective);
}

/** Of each of its parts by itself. */
function partsProblem(objective) {
  const { metric, statistic, comparison, during, abortAfterMs, strict } =
    objective;
  if (!Object.keys(METRICS).includes(metric))
    return "Give latency, error_ratio, throughput or checks_ratio.";
  if (statistic !== null && !STATISTICS.includes(statistic))
    return `Give one of ${STATISTICS.join(", ")}.`;
  if (!["<", "<=", ">", ">="].includes(comparison))
    return "Give <, <=, > or >=.";
  const limit = limitProblem(objective);
  if (limit) return limit;
  if (strict !== undefined && typeof strict !== "boolean")
    return "Give true or false.";
  if (!["steady", "whole"].includes(during)) return "Give steady or whole.";
  if (abortAfterMs === null) return null;
  if (!Number.isInteger(abortAfterMs)) return "Give whole milliseconds.";
  return abortAfterMs < 1000
    ? "Give 1000 ms or more: it is looked at once a second."
    : null;
}

/** Of what it is held to: a value, or the baseline. */
function limitProblem({ value, maxChangeRatio }) {
  if (maxChangeRatio === undefined) {
    if (!Number.isFinite(value)) return "Give a number.";
    if (value < 0) return "A limit cannot be negative.";
    return value > 1e9 ? "That limit is too large." : null;
  }
  if (!Number.isFinite(maxChangeRatio)) return "Give a number.";
  if (maxChangeRatio <= 0)
    return "Give more than 0: no two runs measure the same; 10 % is 0.1.";
  if (maxChangeRatio > 100) return "Give at most 100: 10 % is 0.1.";
  return value === null
    ? null
    : "Give either a value or a maxChangeRatio; for both, write two objectives.";
}

/** Of what stands together. */
function wholeProblem(objective) {
  const { metric, statistic, comparison, value, requestName } = objective;
  const named = METRICS[metric];
  const wantsMore = WANT_MORE.includes(metric);
  const upper = comparison === "<" || comparison === "<=";
  if (metric === "latency" && statistic === null)
    return `Latency needs a statistic: one of ${STATISTICS.join(", ")}.`;
  if (metric !== "latency" && statistic !== null)
    return `${named} has no statistic.`;
  if (wantsMore && upper) return `${named} is judged with >= or >.`;
  if (!wantsMore && !upper) return `${named} is judged with < or <=.`;
  if (metric === "error_ratio" && value > 1)
    return "An error ratio lies between 0 and 1: 1 % is 0.01.";
  if (metric === "checks_ratio" && value > 1)
    return "A checks ratio lies between 0 and 1: 99 % is 0.99.";
  if (wantsMore && requestName !== null)
    return `${named} is judged on executions.`;
  if (
    objective.abortAfterMs !== null &&
    (metric === "throughput" || statistic === "mean")
  )
    return "A test can be stopped by a latency percentile, an error ratio or a checks ratio.";
  if (objective.abortAfterMs !== null && value === null)
    return "A test can be stopped by a limit of its own, not by a change against the baseline.";
  // It passes on few samples where nothing failed, which says nothing of another metric.
  if (objective.added && (metric !== "error_ratio" || requestName !== null))
    return "Only the error objective that every plan has is an added one: write false.";
  return null;
}
