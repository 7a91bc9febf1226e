// Why a request got no complete answer, as one word of the closed list of outcomes. For Node.
import { REFUSED as REFUSED_ADDRESS } from "./addresses.js";

const REFUSED = ["ECONNREFUSED"];
const RESET = [
  "ECONNRESET",
  "EPIPE",
  "ECONNABORTED",
  "ERR_STREAM_PREMATURE_CLOSE",
];
const DNS = ["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_NONAME", "EAI_FAIL"];
const TLS =
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

/** @returns {[outcome: string, detail: string]} */
export function failureOf(error) {
  const code = String(error.code || "");
  const detail = [...`${code} ${error.message}`.trim()].slice(0, 200).join("");
  if (code === REFUSED_ADDRESS) return ["other", error.message];
  if (code === "ETIMEDOUT") return ["timeout", detail];
  if (REFUSED.includes(code)) return ["refused", detail];
  if (RESET.includes(code)) return ["reset", detail];
  if (DNS.includes(code)) return ["dns", detail];
  if (TLS.test(code)) return ["tls", detail];
  return ["other", detail];
}
