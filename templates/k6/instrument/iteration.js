// One iteration of one virtual user: its requests, one after the other, and what became of them.
import { sleep } from "k6";
import { answerOf, connectOf, durationOf, failed, wasCut } from "./answer.js";
import { now } from "./clock.js";
import { executionLine, requestLine } from "./lines.js";
import { outcomeOf } from "./outcome.js";
import {
  countChecked,
  countExecution,
  countNoExecution,
  countRequest,
  countSent,
} from "./sums.js";
import { invalidLine } from "./told.js";

const micros = (ms) => Math.round(ms * 1000);

/**
 * @param {{ plan: object, target: string, reporting: boolean, material: object, journey: object, add: (sum: string, value: number) => void }} user
 * @param {object} start from setup()
 * @param {{ number: number, dueMs: number | null }} begun dueMs: open model, when it was due
 * @param {string} inputs JSON text of this iteration
 */
export function newIteration(user, start, { number, dueMs }, inputs) {
  const { plan, target, reporting, material, journey, add } = user;
  /** The step of the journey that is taken, and the request that is on its way. */
  let step;
  let sent;
  let isCut = false;
  let isTold = false;
  /** Only the first request can be late. */
  let lateFor = dueMs;
  journey.begin(dueMs, number);

  /** The requests that are still to be sent, each when it is due. */
  function* requests() {
    for (step = journey.next(now(start)); step !== null && !isCut;) {
      const early = step.atMs - now(start);
      if (early > 0) sleep(early / 1000);
      else {
        const { request, path, headers, values } = step;
        const { name, method } = request;
        const body = material.bodyOf(request, values, inputs);
        yield { name, method, url: target + path, headers, body };
      }
      // Asked again after the wait: the token may have to be renewed by then.
      step = journey.next(now(start));
    }
  }

  /**
   * @param {() => object} request makes the request, and returns k6's response
   * @returns k6's response
   */
  function send(request) {
    countSent(plan, add);
    const startMs = now(start);
    const response = responseOf(request);
    sent = { startMs, callMicros: micros(now(start) - startMs) };
    return response;
  }

  /** k6 throws where there is no answer to speak of, for instance status 101. */
  function responseOf(request) {
    try {
      return request();
    } catch (error) {
      return failed(String(error));
    }
  }

  /** A request that k6 cuts is never reported: it stays in flight, and its iteration without an end. */
  function report(response) {
    isCut = wasCut(response);
    if (isCut) return;
    const { startMs, callMicros } = sent;
    const durationMicros = durationOf(response, callMicros);
    const endMs = startMs + durationMicros / 1000;
    const sample = journey.answered(
      step.request,
      startMs,
      endMs,
      answerOf(response),
    );
    reportRequest(step.request.name, response, durationMicros, sample);
    if (journey.next(endMs) !== null) return;
    const execution = journey.execution();
    if (execution) reportExecution(execution);
    else if (journey.isBaseline()) countNoExecution(plan, add);
  }

  /** A request besides those of FLOW: it is measured under its name, and no part of the execution. */
  function reportExtra(name, response) {
    if (wasCut(response)) return;
    const durationMicros = durationOf(response, sent.callMicros);
    reportRequest(name, response, durationMicros, extraSampleOf(response));
  }

  function reportRequest(name, response, durationMicros, sample) {
    const { outcome, detail, exec, checks } = sample;
    const startMicros = micros(sent.startMs);
    const line = reporting
      ? requestLine(
          name,
          startMicros,
          durationMicros,
          outcome,
          response.status,
          {
            exec: exec || undefined,
            checks: checks || undefined,
            connectMicros: connectOf(response),
            startLagMicros:
              lateFor === null
                ? undefined
                : Math.max(0, micros(sent.startMs - lateFor)),
            iteration: number,
            detail: detail || undefined,
          },
        )
      : null;
    lateFor = null;
    // Side by side: when the test is stopped just now, k6 takes no sums any more, but still this line.
    countRequest(plan, add, name, startMicros, durationMicros, outcome);
    if (exec) countExecution(plan, add, startMicros, durationMicros, outcome);
    if (checks)
      countChecked(plan, add, startMicros, checks[0], checks[1].length);
    if (line) console.log(line);
    else if (outcome === "invalid_request") tellInvalid(detail);
  }

  /** Once: users share no memory, but only one of them has the plan's first iteration. Where there are lines, they tell it. */
  function tellInvalid(detail) {
    if (number === 0 && !isTold) console.error(invalidLine(detail));
    isTold = true;
  }

  function reportExecution({ startMs, endMs, outcome, detail }) {
    const startMicros = micros(startMs);
    const durationMicros = micros(endMs) - startMicros;
    countExecution(plan, add, startMicros, durationMicros, outcome);
    if (reporting)
      console.log(executionLine(startMicros, durationMicros, outcome, detail));
  }

  return { requests, send, report, reportExtra };
}

/** Its answer may be anything. */
function extraSampleOf(response) {
  const { failure, status, body } = answerOf(response);
  const rule = { success: "custom", failOnSuccessFalse: false };
  const outcome = failure ? failure[0] : outcomeOf(rule, status, body).outcome;
  return { outcome, detail: "", exec: false, checks: null };
}
