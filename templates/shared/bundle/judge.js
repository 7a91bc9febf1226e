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
export function count(plan, tallies, name, startMicros, durationMicros, outcome) {
  const steady = isSteady(plan, startMicros);
  plan.objectives.forEach((objective, i) => {
    if (objective.requestName !== name) return;
    if (objective.during === 'steady' && !steady) return;
    const tally = tallies[i];
    if (objective.metric === 'latency') {
      // A timeout is slower than any limit; a fast failure says nothing about latency.
      if (outcome !== 'ok' && outcome !== 'timeout') return;
      tally.n += 1;
      const limit = objective.slowerFromMicros;
      if (outcome === 'timeout' || (limit !== null && durationMicros >= limit)) tally.k += 1;
    } else {
      tally.n += 1;
      if ((outcome === 'ok') === (objective.metric === 'throughput')) tally.k += 1;
    }
  });
}

export function isSteady(plan, startMicros) {
  return plan.steady.some(([fromMs, toMs]) => startMicros >= fromMs * 1000 && startMicros < toMs * 1000);
}

/**
 * @param {{ cutShort: boolean, linesLost: boolean, inFlight: number, iterationsStarted: number }} facts
 * @returns {{ verdict: string, reason: string, results: { verdict: string, reason: string, n: number, k: number, needed: number | null, allowed: number | null }[] }}
 */
export function judge(plan, tallies, facts) {
  const results = plan.objectives.map((objective, i) => judgeObjective(plan, objective, tallies[i], facts));
  const first = results.find((r) => r.verdict === 'failed') || results.find((r) => r.verdict === 'not_evaluated');
  return { verdict: first ? first.verdict : 'passed', reason: first ? first.reason : '', results };
}

function judgeObjective(plan, objective, tally, facts) {
  // What was still in flight when the plan was over is slower than any limit, like a timeout.
  const late = objective.metric === 'latency' && !facts.cutShort ? facts.inFlight : 0;
  const n = tally.n + late;
  const k = tally.k + late;
  const needed = neededOf(objective);
  const allowed = allowedOf(objective, n);
  const result = (verdict, reason) => ({ verdict, reason, n, k, needed, allowed });

  if (objective.during === 'steady' && plan.steady.length === 0) return result('not_evaluated', 'no_steady_part');
  if (n === 0) return result('not_evaluated', 'no_samples');
  if (objective.statistic === 'mean') return result('not_evaluated', 'needs_the_server');

  if (objective.metric === 'throughput') {
    const unsure = unsureOf(plan, facts);
    if (unsure) return result('not_evaluated', unsure);
    return throughputHolds(plan, objective, k) ? result('passed', '') : result('failed', 'below_limit');
  }

  const broken = k > allowed;
  const reason = objective.metric === 'latency' ? 'slower_than_allowed' : 'more_failures_than_allowed';
  if (broken && (n >= needed || surelyMore(n, k, shareOf(objective)))) return result('failed', reason);
  const unsure = unsureOf(plan, facts);
  if (unsure) return result('not_evaluated', unsure);
  if (n < needed && !(objective.added && k === 0)) return result('not_evaluated', 'too_few_samples');
  return result('passed', '');
}

/** Why a run that looks fine proves nothing. */
function unsureOf(plan, facts) {
  if (facts.cutShort) return 'cut_short';
  if (facts.linesLost) return 'lines_lost';
  if (plan.plannedIterations !== null && facts.iterationsStarted * 100 < plan.plannedIterations * 98) return 'load_missed';
  return null;
}

function neededOf(objective) {
  if (objective.metric === 'latency') return NEEDED[objective.statistic] || null;
  if (objective.metric === 'error_ratio') return objective.limitPpm === 0 ? 1 : Math.ceil(3000000 / objective.limitPpm);
  return null;
}

/** The most that may be against the objective: slower ones, or failures. null: not judged by a count of those. */
function allowedOf(objective, n) {
  if (objective.metric === 'latency') return objective.perMille === null ? null : Math.floor(((1000 - objective.perMille) * n) / 1000);
  if (objective.metric !== 'error_ratio') return null;
  const parts = objective.limitPpm * n;
  return objective.comparison === '<' && parts > 0 ? Math.ceil(parts / 1000000) - 1 : Math.floor(parts / 1000000);
}

/** The share of executions that an objective allows to be against it, 0..1. */
function shareOf(objective) {
  return objective.metric === 'latency' ? (1000 - objective.perMille) / 1000 : objective.limitPpm / 1000000;
}

function throughputHolds(plan, objective, succeeded) {
  const ms = objective.during === 'whole' ? plan.durationMs : plan.steady.reduce((sum, [from, to]) => sum + to - from, 0);
  return objective.comparison === '>' ? succeeded * 1000 > objective.value * ms : succeeded * 1000 >= objective.value * ms;
}

/** k or more of n would happen by chance in less than 5 % of runs that keep the share (exact binomial tail). */
function surelyMore(n, k, share) {
  if (share === 0) return true;
  if (share >= 1) return false;
  let term = (1 - share) ** n;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term = (term * (n - i) * share) / ((i + 1) * (1 - share));
  }
  return 1 - below < 0.05;
}

/**
 * The lines a script prints at its end; the last one is for machines.
 * @param {ReturnType<typeof judge>} judgement
 */
export function verdictLines(plan, judgement) {
  const lines = judgement.results.map((r, i) => {
    const counts = r.allowed === null ? `${r.k} of ${r.n}` : `${r.k} of ${r.n}, ${r.allowed} allowed`;
    return `${r.verdict.padEnd(13)} ${objectiveText(plan.objectives[i])}  ${counts}${r.reason ? `  (${r.reason})` : ''}`;
  });
  const { verdict, results, reason } = judgement;
  if (verdict === 'passed') return [...lines, 'LOADTEST_VERDICT passed'];
  return [...lines, `LOADTEST_VERDICT ${verdict} reason=${reason} ${countsOf(results.find((r) => r.verdict === verdict))}`];
}

function countsOf(result) {
  if (result.reason === 'too_few_samples') return `have=${result.n} need=${result.needed}`;
  // Throughput is not judged by what is against it: its k succeeded.
  if (result.reason === 'below_limit') return `have=${result.n} succeeded=${result.k}`;
  return result.allowed === null ? `have=${result.n}` : `have=${result.n} against=${result.k} allowed=${result.allowed}`;
}

export function objectiveText(objective) {
  const unit = objective.metric === 'latency' ? ' ms' : objective.metric === 'throughput' ? '/s' : '';
  const what = objective.metric === 'latency' ? objective.statistic : objective.metric;
  return `${what} ${objective.comparison} ${objective.value}${unit} of ${objective.requestName || 'executions'}, ${objective.during}`;
}
