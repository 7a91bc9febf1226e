// What a script prints at its end: a table of the objectives, and one line for machines. The same as table.py; both are held to
// vectors/judge.json.
import { judgedMs, needsTheServer, throughputHolds } from "./judge.js";

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
  return [
    line(COLUMNS),
    ...rows.map(line),
    ...notesOf(plan),
    verdictLine(judgement),
  ];
}

/** A verdict by counts may be narrow, and how narrow takes all seconds of a run to say. */
function notesOf({ objectives }) {
  return objectives.some(
    (objective) => objective.strict && !needsTheServer(objective),
  )
    ? [
        "A strict objective needs the server to tell a narrow verdict from a clear one: here it is judged by its counts alone.",
      ]
    : [];
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

/** Rounded away from the limit: what is printed never stands on the other side of it. */
function measuredText(plan, objective, { n, k, allowed }, latency) {
  if (n === 0) return "-";
  const broken = allowed !== null && k > allowed;
  switch (objective.metric) {
    case "latency":
      if (latency === null) return "-";
      if (latency === Infinity) return `>= ${leastMs(plan, objective)} ms`;
      return `${decimal(besideLimit(objective, latency, allowed, broken), 1000, 1, broken)} ms`;
    case "error_ratio":
      return decimal(k, n, 4, broken);
    case "checks_ratio":
      return decimal(n - k, n, 4, !broken);
    case "throughput":
      return `${decimal(k * 1000, judgedMs(plan, objective), 1, !needsTheServer(objective) && throughputHolds(plan, objective, k))}/s`;
  }
  throw new Error(`there is no metric ${objective.metric}`);
}

/** A histogram knows a latency to 0.1 %; on which side of the limit it lies was counted. */
function besideLimit({ slowerFromMicros }, latency, allowed, broken) {
  if (allowed === null) return latency;
  return broken
    ? Math.max(latency, slowerFromMicros)
    : Math.min(latency, slowerFromMicros - 1);
}

/** What is known of a censored one: it took so long, or longer. */
function leastMs({ requestTimeoutMs, pollDeadlineMs }, objective) {
  return objective.requestName === null && pollDeadlineMs !== null
    ? Math.min(requestTimeoutMs, pollDeadlineMs)
    : requestTimeoutMs;
}

/** numerator / denominator to so many places, in whole numbers: languages print fractions in different ways. */
function decimal(numerator, denominator, places, up) {
  const exact = (numerator * 10 ** places) / denominator;
  const scaled = up ? Math.ceil(exact) : Math.floor(exact);
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
  const limit =
    objective.value === null
      ? `worse by <= ${objective.maxChangeRatio} than the baseline`
      : `${objective.comparison} ${objective.value}${unit}`;
  return `${what} ${limit} of ${of}, ${objective.during}`;
}
