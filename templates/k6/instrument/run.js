// One run of the plan: what loadtest.js calls around its request.
import { Counter } from 'k6/metrics';
import { connectOf, durationOf, failed, outcomeOfResponse, wasCut } from './answer.js';
import { now, setSecondZero } from './clock.js';
import { watch } from './gauge.js';
import { leadMs } from './load.js';
import { beginLine, endLine, requestLine } from './lines.js';
import { closedModel, openModel } from './starts.js';
import { summaryOf } from './summary.js';
import { countDone, countSent, sumsOf } from './verdict.js';

/**
 * @param {object} plan PLAN of the script
 * @param {object} request REQUEST of the script
 * @param {object} made MADE of the script
 * @param {{ token: string | null, reporting: boolean, toolVersion: string }} environment
 * @param {string} planText the plan as JSON text; empty in all users but the one that begins
 */
export function createRun(plan, request, made, { token, reporting, toolVersion }, planText) {
  const counters = Object.fromEntries(sumsOf(plan).map((name) => [name, new Counter(name)]));
  const add = (sum, value) => counters[sum].add(value);
  const model = plan.model === 'open' ? openModel(plan, add) : closedModel(plan, add);

  /** Runs once, before all users; k6 hands what it returns to everything else as `start`. */
  function setup() {
    const start = setSecondZero(leadMs(plan));
    if (reporting) console.log(beginLine(made, toolVersion, start.startedAt, planText));
    return start;
  }

  /** Calls `send` and reports what became of the request. A request that k6 cuts is never reported: it stays in flight. */
  function report(start, iteration, send) {
    countSent(plan, add);
    const before = now(start);
    const response = answerOf(send);
    const callMicros = Math.round((now(start) - before) * 1000);
    if (wasCut(response)) return;
    const startMicros = Math.round(before * 1000);
    const durationMicros = durationOf(response, callMicros);
    const [outcome, detail] = outcomeOfResponse(request.success, response);
    const line = reporting ? requestLine(request.name, startMicros, durationMicros, outcome, response.status, extraOf(response, iteration, detail)) : '';
    // Side by side: when the test is stopped just now, k6 takes no sums any more, but still this line.
    countDone(plan, add, request.name, startMicros, durationMicros, outcome);
    if (reporting) console.log(line);
  }

  function extraOf(response, iteration, detail) {
    return {
      exec: true,
      connectMicros: connectOf(response),
      startLagMicros: iteration.lagMicros,
      iteration: iteration.number,
      detail: detail ? masked(detail) : undefined,
    };
  }

  /** k6 throws where there is no answer to speak of, for instance status 101. */
  function answerOf(send) {
    try {
      return send();
    } catch (error) {
      return failed(String(error));
    }
  }

  function masked(detail) {
    return token === null ? detail : detail.split(token).join('***');
  }

  function handleSummary(data) {
    const { cause, counts, text } = summaryOf(plan, data);
    if (reporting) console.log(endLine(cause, counts));
    return { stdout: text };
  }

  return { setup, startIteration: model.next, report, endIteration: model.end, gauge: (start) => watch(plan, start), handleSummary };
}
