// The end: k6 hands over its sums when all is over and its exit code is decided. Pure.
import { lastLoadMs } from "./load.js";
import {
  BROKE,
  DONE,
  DROPPED,
  ENDED,
  EXHAUSTED,
  FAILURES,
  failedOf,
  SENT,
  STARTED,
} from "./sums.js";
import { failureLines } from "./told.js";
import { verdictOf } from "./verdict.js";

/** What k6 cut at the very end was waited for at least so long beyond the longest iteration. */
const WAITED_MS = 1900;

/**
 * @param {object} data what k6 gives handleSummary()
 * @returns {{ cause: string, counts: { started: number, dropped: number, interrupted: number, inFlight: number }, text: string }}
 *   text: the last lines of standard output
 */
export function summaryOf(plan, data) {
  const valuesOf = (name) =>
    data.metrics[name] ? data.metrics[name].values : {};
  const sumOf = (name) => valuesOf(name).count || 0;
  const started = sumOf(STARTED);
  // k6 itself drops the starts that nobody had come to when it had waited for all requests.
  const dropped =
    plan.model === "open" ? sumOf(DROPPED) + sumOf("dropped_iterations") : 0;
  const interrupted = started - sumOf(ENDED);
  const inFlight = sumOf(SENT) - sumOf(DONE);
  const cause =
    toldCause(sumOf) ??
    causeOf(plan, data, started + dropped, interrupted + inFlight);
  const { lines } = verdictOf(plan, valuesOf, cause !== "planned");
  const failed = failureLines(
    Object.fromEntries(FAILURES.map((name) => [name, sumOf(failedOf(name))])),
  );
  const told = `${started} iterations started, ${dropped} dropped, ${interrupted} without an end${CAUSES[cause]}`;
  return {
    cause,
    counts: { started, dropped, interrupted, inFlight },
    text: `${[told, ...notesOf(plan), ...failed, ...lines].join("\n")}\n`,
  };
}

function notesOf({ objectives }) {
  return objectives.some(({ abortAfterMs }) => abortAfterMs !== null)
    ? [
        "An objective with abortAfterMs needs the server to stop a test: virtual users of k6 share no memory.",
      ]
    : [];
}

const CAUSES = {
  planned: "",
  interrupted: " (interrupted)",
  exhausted: " (the rows were used up)",
  broke: " (the script broke)",
};

/** What the script itself has told. */
function toldCause(sumOf) {
  if (sumOf(BROKE) > 0) return "broke";
  return sumOf(EXHAUSTED) > 0 ? "exhausted" : null;
}

/** Was the plan run to its end? k6 does not say. */
function causeOf(plan, data, handled, unfinished) {
  if (!data.setup_data) return "interrupted";
  const { durationMs, longestIterationMs, plannedIterations } = plan;
  const elapsedMs = data.state.testRunDurationMs - data.setup_data.zeroMs;
  const allStarted = plannedIterations !== null && handled >= plannedIterations;
  const allTime = plan.model === "closed" && elapsedMs >= lastLoadMs(plan) - 1;
  const waited =
    unfinished === 0 ||
    elapsedMs >= durationMs + longestIterationMs + WAITED_MS;
  return (allStarted || allTime) && waited ? "planned" : "interrupted";
}
