// What a k6 response says about the request: how long it took, whether it opened a connection, and why it failed. Pure.
import { failureOf } from "./failure.js";
import { start } from "./outcome.js";

/**
 * From k6's timings, which are taken beside the wire: `blocked` holds DNS, connect and TLS, `duration` the rest. Without a
 * complete answer k6 leaves parts of them out: then the time that the call took.
 * @param {number} callMicros time that the call took by the script's clock
 */
export function durationOf({ status, timings }, callMicros) {
  const micros =
    status > 0
      ? Math.round((timings.blocked + timings.duration) * 1000)
      : callMicros;
  // Not below 0, where the clock is set back.
  return Math.max(0, micros);
}

/** Microseconds for DNS, TCP and TLS; undefined: the connection was there already. */
export function connectOf({ timings }) {
  return timings.connecting > 0
    ? Math.round(timings.blocked * 1000)
    : undefined;
}

/** What stands in for a response where k6 throws instead. */
export function failed(message) {
  return {
    status: 0,
    error_code: 0,
    error: message,
    timings: { blocked: 0, duration: 0, connecting: 0 },
  };
}

/** k6 itself cut the request, because the test was stopped: now and then a script still sees that. It is in flight, not failed. */
export function wasCut({ status, error }) {
  return status === 0 && /context cancell?ed/.test(error || "");
}

/** @returns {{ status: number, body: string } | { failure: [outcome: string, detail: string] }} as the journey takes it */
export function answerOf({ status, body, error_code, error }) {
  if (status > 0) return { status, body: body || "" };
  const [outcome, detail] = failureOf(error_code, error || "");
  return { failure: [outcome, start(detail)] };
}
