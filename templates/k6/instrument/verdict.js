// From requests to the verdict, by what k6 offers: sums that all users add to (Counters), thresholds that compare one sum with one
// number, and a summary that may read the sums after k6 has decided its exit code. So every rule of judge.js is also written
// as thresholds here, and both must come to the same end: exit code 0 exactly when the judge says passed, else 99. Pure.
import { count, judge, newTallies, verdictLines } from './judge.js';

export const STARTED = 'load_test_iterations_started';
export const DROPPED = 'load_test_iterations_dropped';
export const SENT = 'load_test_requests_sent';
export const DONE = 'load_test_requests_done';

/** Sums of objective number i. */
const judged = (i) => `load_test_objective_${i + 1}_judged`; // n; for latency also what is in flight, which counts as slow
const against = (i) => `load_test_objective_${i + 1}_against`; // k
const margin = (i) => `load_test_objective_${i + 1}_margin`; // not negative while the objective holds
const pair = (i) => `load_test_objective_${i + 1}_pair`; // n and k in one number

const PAIR = 1e9;
const MILLION = 1e6;
const NEVER = 'count<0';

/** The names of all sums. */
export function sumsOf(plan) {
  return [STARTED, DROPPED, SENT, DONE, ...plan.objectives.flatMap((_, i) => [judged(i), against(i), margin(i), pair(i)])];
}

/**
 * A request begins: until it is reported it counts as one that is slower than any limit.
 * @param {(sum: string, value: number) => void} add
 */
export function countSent(plan, add) {
  add(SENT, 1);
  plan.objectives.forEach((objective, i) => {
    if (objective.metric !== 'latency' || objective.perMille === null) return;
    add(judged(i), 1);
    add(margin(i), -objective.perMille);
  });
}

/** A request is reported. It is also the execution: objectives without a name see it too. */
export function countDone(plan, add, name, startMicros, durationMicros, outcome) {
  const tallies = newTallies(plan);
  count(plan, tallies, name, startMicros, durationMicros, outcome);
  count(plan, tallies, null, startMicros, durationMicros, outcome);
  plan.objectives.forEach((objective, i) => {
    const { n, k } = tallies[i];
    if (k > 0) add(against(i), k);
    if (objective.metric === 'latency' && objective.perMille !== null) {
      if (n !== 1) add(judged(i), n - 1);
      add(margin(i), objective.perMille + (1000 - objective.perMille) * n - 1000 * k);
    } else if (n > 0) {
      add(judged(i), n);
      if (objective.metric === 'error_ratio') add(margin(i), objective.limitPpm * n - MILLION * k);
      if (objective.added) add(pair(i), n + PAIR * k);
    }
  });
  add(DONE, 1);
}

/** k6's thresholds: they all hold exactly when the judge says passed (or the run was cut short, which has an exit code of its own). */
export function thresholdsOf(plan) {
  const nothing = judge(plan, newTallies(plan), { cutShort: false, linesLost: false, inFlight: 0, iterationsStarted: 0 });
  const thresholds = {};
  plan.objectives.forEach((objective, i) => {
    const needed = nothing.results[i].needed || 1;
    if ((objective.during === 'steady' && plan.steady.length === 0) || objective.statistic === 'mean') thresholds[judged(i)] = [NEVER];
    else if (objective.metric === 'throughput') {
      thresholds[judged(i)] = ['count>=1'];
      thresholds[against(i)] = [`count>=${leastToPass(plan, objective)}`];
    } else {
      thresholds[judged(i)] = [`count>=${objective.added ? 1 : needed}`];
      thresholds[margin(i)] = [objective.metric === 'error_ratio' && objective.comparison === '<' && objective.limitPpm > 0 ? 'count>0' : 'count>=0'];
      if (objective.added) thresholds[pair(i)] = tooFewForFailures(objective, needed);
    }
  });
  if (plan.plannedIterations !== null && plan.objectives.length > 0) thresholds[STARTED] = [`count>=${Math.ceil((plan.plannedIterations * 98) / 100)}`];
  return thresholds;
}

/**
 * The error objective that every plan has passes on few executions when nothing failed, else it needs its number. That "or" cannot
 * be one comparison, but it concerns few pairs of n and k: each is excluded by itself.
 */
function tooFewForFailures({ limitPpm, comparison }, needed) {
  const allowed = (n) => (comparison === '<' ? Math.ceil((limitPpm * n) / MILLION) - 1 : Math.floor((limitPpm * n) / MILLION));
  const excluded = [];
  for (let n = 1; n < needed; n++) for (let k = 1; k <= allowed(n); k++) excluded.push(`count!=${n + PAIR * k}`);
  // A list of none would be a sum without a threshold; this one always holds.
  return excluded.length > 0 ? excluded : ['count>=0'];
}

/** Successful executions needed for a throughput, asked of the judge itself. */
function leastToPass(plan, objective) {
  const passes = (k) => {
    const facts = { cutShort: false, linesLost: false, inFlight: 0, iterationsStarted: plan.plannedIterations };
    return judge({ ...plan, objectives: [objective] }, [{ n: Math.max(1, k), k }], facts).verdict === 'passed';
  };
  let low = 0;
  let high = 1;
  while (!passes(high)) [low, high] = [high, high * 2];
  if (passes(low)) return low;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * @param {(sum: string) => number} sumOf
 * @param {boolean} cutShort the plan was not run to its end
 * @returns {{ verdict: string, lines: string[] }}
 */
export function verdictOf(plan, sumOf, cutShort) {
  const inFlight = sumOf(SENT) - sumOf(DONE);
  const tallies = plan.objectives.map((objective, i) => ({
    n: sumOf(judged(i)) - (objective.metric === 'latency' && objective.perMille !== null ? inFlight : 0),
    k: sumOf(against(i)),
  }));
  const judgement = judge(plan, tallies, { cutShort, linesLost: false, inFlight, iterationsStarted: sumOf(STARTED) });
  return { verdict: judgement.verdict, lines: verdictLines(plan, judgement) };
}
