// What a k6 response says about the request: how long it took, whether it opened a connection, and why it failed. Pure.
import { outcomeOf } from './outcome.js';

/**
 * From k6's timings, which are taken beside the wire: `blocked` holds DNS, connect and TLS, `duration` the rest. Without a
 * complete answer k6 leaves parts of them out: then the time that the call took.
 * @param {number} callMicros time that the call took by the script's clock
 */
export function durationOf(response, callMicros) {
  const { blocked, duration } = response.timings;
  return response.status > 0 ? Math.round((blocked + duration) * 1000) : callMicros;
}

/** Microseconds for DNS, TCP and TLS; undefined: the connection was there already. */
export function connectOf({ timings }) {
  return timings.connecting > 0 ? Math.round(timings.blocked * 1000) : undefined;
}

/** What stands in for a response where k6 has none. */
export function failed(message) {
  return { status: 0, error_code: 0, error: message, timings: { blocked: 0, duration: 0, connecting: 0 } };
}

/** @returns {[outcome: string, detail: string]} */
export function outcomeOfResponse(rule, response) {
  return response.status > 0 ? outcomeOf(rule, response.status, response.body || '') : failureOf(response.error_code, response.error || '');
}

/** k6's error codes: https://grafana.com/docs/k6/latest/javascript-api/error-codes/ */
const BY_CODE = { 1050: 'timeout', 1211: 'timeout', 1212: 'refused', 1201: 'reset', 1220: 'reset' };

/** @returns {[outcome: string, detail: string]} */
export function failureOf(code, message) {
  return [BY_CODE[code] || failureByRange(code) || failureByText(message), [...message].slice(0, 200).join('')];
}

function failureByRange(code) {
  if (code >= 1100 && code <= 1101) return 'dns';
  if (code >= 1300 && code <= 1399) return 'tls';
  return null;
}

/** Codes of no class of their own (1000, 1200, 1210): the words of Go's net and crypto packages. */
function failureByText(message) {
  if (/x509|tls:|certificate/.test(message)) return 'tls';
  if (/EOF|reset by peer|broken pipe|server closed|connection (was )?closed/.test(message)) return 'reset';
  if (/refused/.test(message)) return 'refused';
  if (/timeout|deadline exceeded/.test(message)) return 'timeout';
  return 'other';
}
