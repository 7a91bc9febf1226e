// What a k6 response says about the request: how long it took, whether it opened a connection, and why it failed. Pure.
import { outcomeOf } from './outcome.js';

/**
 * From k6's timings, which are taken beside the wire: `blocked` holds DNS, connect and TLS, `duration` the rest. Without a
 * complete answer k6 leaves parts of them out: then the time that the call took.
 * @param {number} callMicros time that the call took by the script's clock
 */
export function durationOf(response, callMicros) {
  const { blocked, duration } = response.timings;
  // Not below 0, where the clock is set back.
  return Math.max(0, response.status > 0 ? Math.round((blocked + duration) * 1000) : callMicros);
}

/** Microseconds for DNS, TCP and TLS; undefined: the connection was there already. */
export function connectOf({ timings }) {
  return timings.connecting > 0 ? Math.round(timings.blocked * 1000) : undefined;
}

/** What stands in for a response where k6 has none. */
export function failed(message) {
  return { status: 0, error_code: 0, error: message, timings: { blocked: 0, duration: 0, connecting: 0 } };
}

/** k6 itself cut the request, because the test was stopped: now and then a script still sees that. It is in flight, not failed. */
export function wasCut({ status, error }) {
  return status === 0 && /context canceled|context cancelled/.test(error || '');
}

/** @returns {[outcome: string, detail: string]} */
export function outcomeOfResponse(rule, response) {
  if (response.status === 0) return failureOf(response.error_code, response.error || '');
  const body = response.body || '';
  const [outcome, detail] = outcomeOf(rule, response.status, body);
  if (outcome !== 'bad_body' || !HUGE.test(body)) return [outcome, detail];
  return outcomeOf(rule, response.status, body.replace(TOKENS, (token) => (token.startsWith('"') || Number.isFinite(Number(token)) ? token : '0')));
}

/** k6's JSON.parse takes a number beyond the range of a double (1e400) for no JSON at all, which it is. What number it is makes no difference. */
const HUGE = /[0-9][eE]\+?[0-9]{3}|[0-9]{300}/;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9.eE+-])/g;

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
