// What all users add up, by what k6 offers: Counters, which sum, and Trends, which keep each value. Users of k6 share nothing else.
// What the sums of an objective must come to is said in thresholds.js; both follow judge.js. Pure.
import { count, countChecks, isCensored, newTallies } from "./judge.js";

export const STARTED = "load_test_iterations_started";
export const ENDED = "load_test_iterations_ended";
export const DROPPED = "load_test_iterations_dropped";
export const SENT = "load_test_requests_sent";
export const DONE = "load_test_requests_done";
/** A user found that the unique rows are used up, and that nothing runs any more. */
export const EXHAUSTED = "load_test_rows_exhausted";
/** The script threw an exception. */
export const BROKE = "load_test_broke";

/** Executions that failed, by class. */
export const failedOf = (outcome) => `load_test_failed_${outcome}`;

/** All that a request or an execution can come to, but `ok`. */
export const FAILURES = [
  ...["workflow_failed", "cached_answer", "bad_body", "check_failed"],
  ...["redirected", "auth", "not_found", "invalid_request", "limited"],
  ...["http_4xx", "http_5xx", "timeout", "refused", "reset", "dns", "tls"],
  ...["execution_lost", "poll_deadline", "other"],
];

const of = (i, what) => `load_test_objective_${i + 1}_${what}`;
/** n; for percentiles also what has no end yet, which counts as slow. */
export const judged = (i) => of(i, "judged");
/** k */
export const against = (i) => of(i, "against");
/** Not negative while the objective holds. */
export const margin = (i) => of(i, "margin");
/** n and k in one number. */
export const pair = (i) => of(i, "pair");
/** Durations in microseconds. */
export const latency = (i) => of(i, "latency");
/** The longest of them that has an end. */
export const longest = (i) => of(i, "longest");

export const PAIR = 1e9;
export const MILLION = 1e6;
/** Microseconds of a sample that is slower than all others. */
export const CENSORED = 1e12;

export const isPercentile = ({ metric, perMille }) =>
  metric === "latency" && perMille !== null;

/** @returns {{ counters: string[], trends: string[], gauges: string[] }} the names of all that is added to */
export function sumsOf({ objectives }) {
  const percentiles = objectives.flatMap((objective, i) =>
    isPercentile(objective) ? [i] : [],
  );
  return {
    counters: [
      ...[STARTED, ENDED, DROPPED, SENT, DONE, EXHAUSTED, BROKE],
      ...FAILURES.map(failedOf),
      ...objectives.flatMap((_, i) =>
        [judged, against, margin, pair].map((sum) => sum(i)),
      ),
    ],
    trends: percentiles.map(latency),
    gauges: percentiles.map(longest),
  };
}

/**
 * An iteration begins: until its execution is reported it counts as one that is slower than any limit.
 * @param {(sum: string, value: number) => void} add
 */
export function countStart(plan, add) {
  add(STARTED, 1);
  countBegun(plan, add, (objective) => objective.requestName === null);
}

/** A request is sent: the same for the objectives of named requests, whatever its name, as in the judge. */
export function countSent(plan, add) {
  add(SENT, 1);
  countBegun(plan, add, (objective) => objective.requestName !== null);
}

function countBegun({ objectives }, add, isConcerned) {
  objectives.forEach((objective, i) => {
    if (!isPercentile(objective) || !isConcerned(objective)) return;
    add(judged(i), 1);
    add(margin(i), -objective.perMille);
  });
}

/** A request is reported. */
export function countRequest(plan, add, name, ...sample) {
  settle(plan, add, name, ...sample);
  add(DONE, 1);
}

/** An execution is reported, and with it its iteration. */
export function countExecution(plan, add, startMicros, micros, outcome) {
  settle(plan, add, null, startMicros, micros, outcome);
  if (outcome !== "ok") add(failedOf(outcome), 1);
  add(ENDED, 1);
}

/** An iteration is over that was no execution: what was counted when it began is taken back. */
export function countNoExecution(plan, add) {
  plan.objectives.forEach((objective, i) => {
    if (isPercentile(objective) && objective.requestName === null)
      settlePercentile(objective, i, add, { n: 0, k: 0 });
  });
  add(ENDED, 1);
}

function settle(plan, add, name, startMicros, durationMicros, outcome) {
  const tallies = newTallies(plan);
  count(plan, tallies, name, startMicros, durationMicros, outcome);
  plan.objectives.forEach((objective, i) => {
    if (!isPercentile(objective)) countTally(objective, i, add, tallies[i]);
    else if ((objective.requestName === null) === (name === null))
      settlePercentile(objective, i, add, tallies[i], durationMicros, outcome);
  });
}

/** Puts right what was counted when it began. */
function settlePercentile({ perMille }, i, add, { n, k }, micros, outcome) {
  if (n !== 1) add(judged(i), n - 1);
  add(margin(i), perMille + (1000 - perMille) * n - 1000 * k);
  if (n === 0) return;
  if (k > 0) add(against(i), k);
  add(latency(i), isCensored(outcome) ? CENSORED : micros);
  if (!isCensored(outcome)) add(longest(i), micros);
}

/** The checks of an answer. */
export function countChecked(plan, add, startMicros, passed, failed) {
  const tallies = newTallies(plan);
  countChecks(plan, tallies, startMicros, passed, failed);
  plan.objectives.forEach((objective, i) => {
    countTally(objective, i, add, tallies[i]);
  });
}

function countTally({ limitPpm, added }, i, add, { n, k }) {
  if (n === 0) return;
  add(judged(i), n);
  if (k > 0) add(against(i), k);
  if (limitPpm !== null) add(margin(i), limitPpm * n - MILLION * k);
  if (added) add(pair(i), n + PAIR * k);
}
