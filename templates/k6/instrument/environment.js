// What the script takes from the environment. What is missing or wrong stops the test before anything is sent: a thrown text
// (not an Error, whose stack k6 would print) is one line on standard error and exit code 107.
import { parse } from "./outcome.js";

/**
 * @param {Record<string, string>} env k6's __ENV
 * @param {{ baseUrl: string }} flow
 * @param {{ name: string, holds: string, kind: string }[]} variables
 * @returns {{ target: string, values: Record<string, string>, shard: [index: number, count: number], reporting: boolean, toolVersion: string }}
 *   target: base URL without a slash at its end; values: of the variables, by name
 * @throws {string} a line for the user
 */
export function readEnvironment(env, { baseUrl }, variables) {
  const target = targetOf(env.LOAD_TEST_TARGET || baseUrl);
  refuseOtherWire(env, target);
  return {
    target: target.url,
    values: Object.fromEntries(
      variables.map((variable) => [variable.name, textOf(env, variable)]),
    ),
    shard: shardOf(env.LOAD_TEST_SHARD || "0/1"),
    reporting: reportingOf(env),
    // A k6 script cannot ask k6 for its version.
    toolVersion: env.LOAD_TEST_TOOL_VERSION || "unknown",
  };
}

function stop(message) {
  throw `load test: ${message}`;
}

function targetOf(text) {
  const parts =
    /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/?#@:\s]+)(:[0-9]{1,5})?(\/[^?#\s]*)?$/i.exec(
      text,
    );
  if (!parts)
    stop(
      "the target (LOAD_TEST_TARGET) is not an http or https address without user, query and fragment.",
    );
  return {
    url: text.replace(/\/+$/, ""),
    secure: parts[1].toLowerCase() === "https",
    host: parts[2],
  };
}

/** What the text of a variable must be, by its kind, and what is said when it is not. */
const KINDS = {
  header: [
    (text) => /^[ -~]+$/.test(text),
    "a header takes printable ASCII characters only",
  ],
  json: [
    (text) => typeof parse(`"${text}"`) === "string",
    "it must be written as between the quotes of a JSON string, escapes and all",
  ],
  number: [
    (text) => /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text),
    "it must be a JSON number",
  ],
  text: [() => true, ""],
};

function textOf(env, { name, holds, kind }) {
  const text = env[name];
  if (!text)
    stop(`the environment variable ${name} is not set: it holds ${holds}.`);
  const [fits, what] = KINDS[kind];
  if (!fits(text))
    stop(
      `the environment variable ${name} cannot be used as ${holds}: ${what}.`,
    );
  return text;
}

function shardOf(text) {
  const [index, count] = /^\d{1,6}\/\d{1,6}$/.test(text)
    ? text.split("/").map(Number)
    : [0, 0];
  if (index >= count)
    stop(
      "LOAD_TEST_SHARD is not a share of a test: the first of three is 0/3, the last one 2/3.",
    );
  return [index, count];
}

/** k6 cannot write files while it runs: lines go to its console, and k6's own option says where that is. */
function reportingOf(env) {
  const place = env.LOAD_TEST_SAMPLES || "";
  if (place !== "" && place !== "console")
    stop(
      "k6 cannot write to LOAD_TEST_SAMPLES itself: set LOAD_TEST_SAMPLES=console and run it with --log-format raw --console-output FILE.",
    );
  return place === "console";
}

const LOOPBACK = /^(localhost|127\.[0-9.]+|\[::1\])$/i;

/** Three things that only k6's own environment decides. Another wire would make its numbers incomparable, so it is not used in silence. */
function refuseOtherWire(env, { secure, host }) {
  if (secure && !(env.GODEBUG || "").split(",").includes("http2client=0"))
    stop(
      "k6 would speak HTTP/2 to an https target: set GODEBUG=http2client=0.",
    );
  if (secure && env.LOAD_TEST_CA && env.SSL_CERT_FILE !== env.LOAD_TEST_CA)
    stop(
      "k6 takes the certificate of LOAD_TEST_CA from SSL_CERT_FILE only: set SSL_CERT_FILE to the same path.",
    );
  const proxy = secure
    ? env.HTTPS_PROXY || env.https_proxy
    : env.HTTP_PROXY || env.http_proxy;
  if (proxy && (env.NO_PROXY || env.no_proxy) !== "*" && !LOOPBACK.test(host))
    stop(
      "a proxy is set, and the test must reach the target itself: set NO_PROXY=*.",
    );
}
