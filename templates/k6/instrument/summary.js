// The end: k6 hands over its sums when all is over and its exit code is decided. Pure.
import { lastLoadMs } from './load.js';
import { DONE, DROPPED, SENT, STARTED, verdictOf } from './verdict.js';

/** What k6 cut at the very end was waited for at least so long beyond the request timeout. */
const WAITED_MS = 1900;

/**
 * @param {object} data what k6 gives handleSummary()
 * @returns {{ cause: string, counts: { started: number, dropped: number, interrupted: number, inFlight: number }, text: string }}
 *   text: the last lines of standard output
 */
export function summaryOf(plan, data) {
  const sumOf = (name) => (data.metrics[name] ? data.metrics[name].values.count : 0);
  const started = sumOf(STARTED);
  // k6 itself drops the starts that nobody had come to when it had waited for all requests.
  const dropped = plan.model === 'open' ? sumOf(DROPPED) + sumOf('dropped_iterations') : 0;
  const inFlight = sumOf(SENT) - sumOf(DONE);
  const cause = causeOf(plan, data, started + dropped, inFlight);
  const { lines } = verdictOf(plan, sumOf, cause !== 'planned');
  const told = `${started} iterations started, ${dropped} dropped, ${inFlight} without an end${cause === 'planned' ? '' : ' (interrupted)'}`;
  return { cause, counts: { started, dropped, interrupted: inFlight, inFlight }, text: `${[told, ...lines].join('\n')}\n` };
}

/** Was the plan run to its end? k6 does not say. */
function causeOf(plan, data, handled, inFlight) {
  if (!data.setup_data) return 'interrupted';
  const elapsedMs = data.state.testRunDurationMs - data.setup_data.zeroMs;
  const allStarted = plan.plannedIterations !== null && handled >= plan.plannedIterations;
  const allTime = plan.model === 'closed' && elapsedMs >= lastLoadMs(plan) - 1;
  const waited = inFlight === 0 || elapsedMs >= plan.durationMs + plan.requestTimeoutMs + WAITED_MS;
  return (allStarted || allTime) && waited ? 'planned' : 'interrupted';
}
