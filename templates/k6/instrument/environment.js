// What the script takes from the environment. What is missing or wrong stops the test before anything is sent: a thrown text
// (not an Error, whose stack k6 would print) is one line on standard error and exit code 107.
import { shardOf, startAtOf, targetOf, valuesOf } from "./variables.js";

/**
 * @param {Record<string, string>} env k6's __ENV
 * @param {{ baseUrl: string }} flow
 * @param {{ name: string, holds: string, kind: string }[]} variables
 * @param {(path: string) => string} read the text of a file
 * @returns {{ target: string, values: Record<string, string>, shard: [index: number, count: number], startAt: number | null, reporting: boolean, toolVersion: string }}
 *   target: base URL without a slash at its end; values: of the variables, by name; startAt: second 0 in epoch ms, null: at once
 * @throws {string} a line for the user
 */
export function readEnvironment(env, { baseUrl }, variables, read) {
  const target = targetOf(env, baseUrl, stop);
  refuseOtherWire(env, target);
  checkCertificates(env.LOAD_TEST_CA, read);
  return {
    target: target.url,
    values: valuesOf(env, variables, stop),
    shard: shardOf(env, stop),
    startAt: startAtOf(env, Date.now(), stop),
    reporting: reportingOf(env),
    // A k6 script cannot ask k6 for its version.
    toolVersion: env.LOAD_TEST_TOOL_VERSION || "unknown",
  };
}

function stop(message) {
  throw `load test: ${message}`;
}

/**
 * Only what a script of k6 can see: a file that is there and holds a certificate. One that is damaged is passed by, by k6 too.
 * A relative path is meant from where k6 was started, which nothing tells a script.
 */
function checkCertificates(path, read) {
  if (!path?.startsWith("/")) return;
  let text;
  try {
    text = read(path);
  } catch (error) {
    const [reason] = String(error.message || error).split("\n");
    stop(`LOAD_TEST_CA=${path} cannot be read: ${reason}.`);
  }
  if (
    !/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/.test(
      text,
    )
  )
    stop(`LOAD_TEST_CA=${path} holds no certificate that can be read.`);
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
