// What k6's words for a request without an answer mean. Pure.

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

/** @returns {[outcome: string, detail: string]} the detail as long as the message */
export function failureOf(code, message) {
  if (code === REFUSED_ADDRESS) return ["other", REFUSED_DETAIL];
  const outcome =
    BY_CODE[code] || failureByRange(code) || failureByText(message);
  return [outcome, message];
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
