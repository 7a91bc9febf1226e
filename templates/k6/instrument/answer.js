// What a k6 response says about the request: how long it took, whether it opened a connection, and why it failed. Pure.
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
  return status > 0
    ? { status, body: body || "" }
    : { failure: failureOf(error_code, error || "") };
}

/** k6's error codes: https://grafana.com/docs/k6/latest/javascript-api/error-codes/ */
const BY_CODE = {
  1050: "timeout",
  1211: "timeout",
  1212: "refused",
  1201: "reset",
  1220: "reset",
};

/** k6 refused to connect to the address (blacklistIPs); its own words are "ip is blacklisted". */
const REFUSED_ADDRESS = 1110;
/** The same words as in refused-addresses.json. */
const REFUSED_DETAIL =
  "the address is a link-local or metadata address, and load is never sent there";

function failureOf(code, message) {
  if (code === REFUSED_ADDRESS) return ["other", REFUSED_DETAIL];
  const outcome =
    BY_CODE[code] || failureByRange(code) || failureByText(message);
  return [outcome, start(message)];
}

function failureByRange(code) {
  if (code >= 1100 && code <= 1101) return "dns";
  if (code >= 1300 && code <= 1399) return "tls";
  return null;
}

/** Codes of no class of their own (1000, 1200, 1210): the words of Go's net and crypto packages. */
function failureByText(message) {
  if (/x509|tls:|certificate/.test(message)) return "tls";
  if (
    /EOF|reset by peer|broken pipe|server closed|connection (was )?closed/.test(
      message,
    )
  )
    return "reset";
  if (/refused/.test(message)) return "refused";
  if (/timeout|deadline exceeded/.test(message)) return "timeout";
  return "other";
}
