// What a script prints at its end: a table of the objectives, and one line for machines. The same as table.py; both are held to
// vectors/judge.json.
import { judgedMs } from "./judge.js";

const COLUMNS = [
  "verdict",
  "objective",
  "measured",
  "n",
  "against",
  "allowed",
  "reason",
];

/**
 * @param {ReturnType<import("./judge.js").judge>} judgement
 * @param {(number | null)[]} latencies measured microseconds of each objective: Infinity when only its least is known, null when there is none
 * @returns {string[]} the last line is `LOADTEST_VERDICT ...`
 */
export function verdictLines(plan, judgement, latencies) {
  const rows = judgement.results.map((result, i) => {
    const objective = plan.objectives[i];
    const against = objective.metric === "throughput" ? "" : String(result.k);
    const allowed = result.allowed === null ? "" : String(result.allowed);
    return [
      result.verdict,
      objectiveText(objective),
      measuredText(plan, objective, result, latencies[i]),
      String(result.n),
      against,
      allowed,
      result.reason,
    ];
  });
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  const line = (row) =>
    row
      .map((cell, column) =>
        column > 1 && column < 6
          ? cell.padStart(widths[column])
          : cell.padEnd(widths[column]),
      )
      .join("  ")
      .trimEnd();
  return [line(COLUMNS), ...rows.map(line), verdictLine(judgement)];
}

function verdictLine({ verdict, reason, results }) {
  if (verdict === "passed") return "LOADTEST_VERDICT passed";
  return `LOADTEST_VERDICT ${verdict} reason=${reason} ${countsOf(results.find((result) => result.verdict === verdict))}`;
}

function countsOf(result) {
  if (result.reason === "too_few_samples")
    return `have=${result.n} need=${result.needed}`;
  // Throughput is not judged by what is against it: its k succeeded.
  if (result.reason === "below_limit")
    return `have=${result.n} succeeded=${result.k}`;
  return result.allowed === null
    ? `have=${result.n}`
    : `have=${result.n} against=${result.k} allowed=${result.allowed}`;
}

function measuredText(plan, objective, { n, k }, latency) {
  if (n === 0) return "-";
  if (objective.metric === "latency") {
    if (latency === null) return "-";
    return latency === Infinity
      ? `>= ${leastMs(plan, objective)} ms`
      : `${decimal(latency, 1000, 1)} ms`;
  }
  if (objective.metric === "throughput") {
    const ms = judgedMs(plan, objective);
    return ms === 0 ? "-" : `${decimal(k * 1000, ms, 1)}/s`;
  }
  return decimal(objective.metric === "checks_ratio" ? n - k : k, n, 4);
}

/** What is known of a censored one: it took so long, or longer. */
function leastMs({ requestTimeoutMs, pollDeadlineMs }, objective) {
  return objective.requestName === null && pollDeadlineMs !== null
    ? Math.min(requestTimeoutMs, pollDeadlineMs)
    : requestTimeoutMs;
}

/** numerator / denominator to so many places, in whole numbers: languages round halves in different ways. */
function decimal(numerator, denominator, places) {
  const scaled = Math.floor(
    (2 * numerator * 10 ** places + denominator) / (2 * denominator),
  );
  return `${Math.floor(scaled / 10 ** places)}.${String(scaled % 10 ** places).padStart(places, "0")}`;
}

export function objectiveText(objective) {
  const unit =
    objective.metric === "latency"
      ? " ms"
      : objective.metric === "throughput"
        ? "/s"
        : "";
  const what =
    objective.metric === "latency" ? objective.statistic : objective.metric;
  const of =
    objective.metric === "checks_ratio"
      ? "checks"
      : objective.requestName || "executions";
  return `${what} ${objective.comparison} ${objective.value}${unit} of ${of}, ${objective.during}`;
}
