// Judges the plan's objectives on counts, in integers. The same rules as judge.py and as the server's judge; all are held
// to vectors/judge.json, so that a script run by hand and the server agree to the last request.

/** Executions needed before a percentile can PASS: fewer, and no upper 95 % bound of it exists. */
const NEEDED = { p50: 5, p90: 29, p95: 59, p99: 299, p999: 2995, max: 1 };

/** @returns {{ n: number, k: number }[]} one tally per objective: n judged, k against it (throughput: k succeeded) */
export function newTallies(plan) {
  return plan.objectives.map(() => ({ n: 0, k: 0 }));
}

/**
 * Counts one finished sample.
 * @param {string | null} name request name; null: an execution
 */
export function count(
  plan,
  tallies,
  name,
  startMicros,
  durationMicros,
  outcome,
) {
  const steady = isSteady(plan, startMicros);
  plan.objectives.forEach((objective, i) => {
    if (objective.metric === "checks_ratio" || objective.requestName !== name)
      return;
    if (objective.during === "steady" && !steady) return;
    const tally = tallies[i];
    if (objective.metric === "latency") {
      const censored = isCensored(outcome);
      // A timeout is slower than any limit; a fast failure says nothing about latency.
      if (outcome !== "ok" && !censored) return;
      tally.n += 1;
      const limit = objective.slowerFromMicros;
      if (censored || (limit !== null && durationMicros >= limit)) tally.k += 1;
    } else {
      tally.n += 1;
      if ((outcome === "ok") === (objective.metric === "throughput"))
        tally.k += 1;
    }
  });
}

/** Counts the checks of one answer, by when its request started. */
export function countChecks(plan, tallies, startMicros, passed, failed) {
  const steady = isSteady(plan, startMicros);
  plan.objectives.forEach((objective, i) => {
    if (
      objective.metric !== "checks_ratio" ||
      (objective.during === "steady" && !steady)
    )
      return;
    tallies[i].n += passed + failed;
    tallies[i].k += failed;
  });
}

/** Slower than any limit, by how much is not known. */
export function isCensored(outcome) {
  return outcome === "timeout" || outcome === "poll_deadline";
}

export function isSteady(plan, startMicros) {
  return plan.steady.some(
    ([fromMs, toMs]) =>
      startMicros >= fromMs * 1000 && startMicros < toMs * 1000,
  );
}

/**
 * @param {{ cutShort: boolean, linesLost: boolean, inFlight: number, interrupted: number, iterationsStarted: number, broken: number | null }} facts
 *   inFlight: requests without an end; interrupted: iterations without one; broken: number of the objective that stopped the test
 * @returns {{ verdict: string, reason: string, results: { verdict: string, reason: string, n: number, k: number, needed: number | null, allowed: number | null }[] }}
 */
export function judge(plan, tallies, facts) {
  const results = plan.objectives.map((objective, i) =>
    judgeObjective(plan, objective, tallies[i], facts, facts.broken === i),
  );
  const first =
    results.find((r) => r.verdict === "failed") ||
    results.find((r) => r.verdict === "not_evaluated");
  return {
    verdict: first ? first.verdict : "passed",
    reason: first ? first.reason : "",
    results,
  };
}

function judgeObjective(plan, objective, tally, facts, broken) {
  // What was still on its way when the plan was over is slower than any limit, like a timeout.
  const unfinished =
    objective.requestName === null ? facts.interrupted : facts.inFlight;
  const late =
    objective.metric === "latency" && !facts.cutShort ? unfinished : 0;
  const n = tally.n + late;
  const k = tally.k + late;
  const needed = neededOf(objective);
  const allowed = allowedOf(objective, n);
  const result = (verdict, reason) => ({
    verdict,
    reason,
    n,
    k,
    needed,
    allowed,
  });

  if (broken) return result("failed", "broken_in_window");
  if (objective.during === "steady" && plan.steady.length === 0)
    return result("not_evaluated", "no_steady_part");
  if (n === 0) return result("not_evaluated", "no_samples");
  if (needsTheServer(objective))
    return result("not_evaluated", "needs_the_server");

  if (objective.metric === "throughput") {
    const unsure = unsureOf(plan, facts);
    if (unsure) return result("not_evaluated", unsure);
    return throughputHolds(plan, objective, k)
      ? result("passed", "")
      : result("failed", "below_limit");
  }

  if (k > allowed && (n >= needed || surelyMore(n, k, shareOf(objective))))
    return result("failed", BROKEN[objective.metric]);
  const unsure = unsureOf(plan, facts);
  if (unsure) return result("not_evaluated", unsure);
  if (n < needed && !(objective.added && k === 0))
    return result("not_evaluated", "too_few_samples");
  return result("passed", "");
}

/** A mean is no count, and what the baseline measured nobody told the script. */
export function needsTheServer({ statistic, value }) {
  return statistic === "mean" || value === null;
}

const BROKEN = {
  latency: "slower_than_allowed",
  error_ratio: "more_failures_than_allowed",
  checks_ratio: "more_failed_checks_than_allowed",
};

/** Why a run that looks fine proves nothing. */
function unsureOf(plan, facts) {
  if (facts.cutShort) return "cut_short";
  if (facts.linesLost) return "lines_lost";
  if (
    plan.plannedIterations !== null &&
    facts.iterationsStarted * 100 < plan.plannedIterations * 98
  )
    return "load_missed";
  return null;
}

function neededOf(objective) {
  if (objective.metric === "latency")
    return NEEDED[objective.statistic] || null;
  if (objective.limitPpm === null) return null;
  return objective.limitPpm === 0 ? 1 : Math.ceil(3000000 / objective.limitPpm);
}

/** The most that may be against the objective: slower ones, failures, failed checks. null: not judged by a count of those. */
export function allowedOf(objective, n) {
  if (objective.metric === "latency")
    return objective.perMille === null
      ? null
      : Math.floor(((1000 - objective.perMille) * n) / 1000);
  if (objective.limitPpm === null) return null;
  const parts = objective.limitPpm * n;
  const below = objective.comparison === "<" || objective.comparison === ">";
  return below && parts > 0
    ? Math.ceil(parts / 1000000) - 1
    : Math.floor(parts / 1000000);
}

/** The share that an objective allows to be against it, 0..1. */
function shareOf(objective) {
  return objective.metric === "latency"
    ? (1000 - objective.perMille) / 1000
    : objective.limitPpm / 1000000;
}

export function throughputHolds(plan, objective, succeeded) {
  const ms = judgedMs(plan, objective);
  return objective.comparison === ">"
    ? succeeded * 1000 > objective.value * ms
    : succeeded * 1000 >= objective.value * ms;
}

/** How long the part of the plan lasts that an objective is judged on. */
export function judgedMs(plan, objective) {
  return objective.during === "whole"
    ? plan.durationMs
    : plan.steady.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** k or more of n would happen by chance in less than 5 % of runs that keep the share (exact binomial tail). */
function surelyMore(n, k, share) {
  if (share >= 1) return false;
  let term = (1 - share) ** n;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term = (term * (n - i) * share) / ((i + 1) * (1 - share));
  }
  return 1 - below < 0.05;
}
