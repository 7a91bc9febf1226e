// What the script takes from the environment. What is missing or wrong stops the test before anything is sent: a thrown text
// (not an Error, whose stack k6 would print) is one line on standard error and exit code 107.

const LOOPBACK = /^(localhost|127\.[0-9.]+|\[::1\])$/i;

/**
 * @param {Record<string, string>} env k6's __ENV
 * @returns {{ target: string, token: string | null, reporting: boolean, toolVersion: string }} target: without a slash at its end
 */
export function readEnvironment(env, request) {
  const target = targetOf(env.LOAD_TEST_TARGET || request.baseUrl);
  refuseOtherWire(env, target);
  return {
    target: target.url,
    token: request.bearerVariable === null ? null : tokenOf(env, request.bearerVariable),
    reporting: reportingOf(env),
    // A k6 script cannot ask k6 for its version.
    toolVersion: env.LOAD_TEST_TOOL_VERSION || 'unknown',
  };
}

function targetOf(text) {
  const parts = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/?#@:\s]+)(:[0-9]{1,5})?(\/[^?#\s]*)?$/i.exec(text);
  if (!parts) throw 'load test: the target (LOAD_TEST_TARGET) is not an http or https address without user, query and fragment.';
  return { url: text.replace(/\/+$/, ''), secure: parts[1].toLowerCase() === 'https', host: parts[2] };
}

function tokenOf(env, name) {
  const value = env[name];
  if (!value) throw `load test: the environment variable ${name} is not set: it holds the bearer token.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not stand in a header
  if (/[\u0000-\u001f\u007f]/.test(value)) throw `load test: the environment variable ${name} holds a line break or another control character.`;
  return value;
}

/** k6 cannot write files while it runs: lines go to its console, and k6's own option says where that is. */
function reportingOf(env) {
  const place = env.LOAD_TEST_SAMPLES || '';
  if (place !== '' && place !== 'console')
    throw 'load test: k6 cannot write to LOAD_TEST_SAMPLES itself: set LOAD_TEST_SAMPLES=console and run it with --log-format raw --console-output FILE.';
  return place === 'console';
}

/** Three things that only k6's own environment decides. Another wire would make its numbers incomparable, so it is not used in silence. */
function refuseOtherWire(env, { secure, host }) {
  if (secure && !(env.GODEBUG || '').split(',').includes('http2client=0'))
    throw 'load test: k6 would speak HTTP/2 to an https target: set GODEBUG=http2client=0.';
  if (secure && env.LOAD_TEST_CA && env.SSL_CERT_FILE !== env.LOAD_TEST_CA)
    throw 'load test: k6 takes the certificate of LOAD_TEST_CA from SSL_CERT_FILE only: set SSL_CERT_FILE to the same path.';
  const proxy = secure ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy;
  if (proxy && (env.NO_PROXY || env.no_proxy) !== '*' && !LOOPBACK.test(host))
    throw 'load test: a proxy is set, and the test must reach the target itself: set NO_PROXY=*.';
}
