// What a script takes from the environment, whatever its framework. The same as in settings.py.
import { parse } from "./outcome.js";

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

/**
 * @param {Record<string, string | undefined>} env
 * @param {{ name: string, holds: string, kind: string }[]} variables
 * @param {(message: string) => never} stop ends the script with a sentence for the user
 * @returns {Record<string, string>} by name
 */
export function valuesOf(env, variables, stop) {
  refuseMissing(
    variables.filter(({ name }) => !env[name]),
    stop,
  );
  const textOf = ({ name, holds, kind }) => {
    const text = env[name];
    const [fits, what] = KINDS[kind];
    if (!fits(text))
      stop(
        `the environment variable ${name} cannot be used as ${holds}: ${what}.`,
      );
    return text;
  };
  return Object.fromEntries(
    variables.map((variable) => [variable.name, textOf(variable)]),
  );
}

/** All at once: who is told one of them sets it, and is told the next. */
function refuseMissing(missing, stop) {
  const names = missing.map(({ name }) => name);
  if (names.length === 1)
    stop(
      `the environment variable ${names[0]} is not set: it holds ${missing[0].holds}.`,
    );
  if (names.length > 1)
    stop(
      `set ${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}: VARIABLES in the script says what they hold.`,
    );
}

/** Printable ASCII; where readers of addresses differ, as on \ and @, it is none. */
const ADDRESS =
  /^(?=[!-~]*$)(https?)(:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?(?:\/[^?#\\]*)?)$/i;
const ENDS_IN_NUMBER = /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i;
/** `127.1` and `010.0.0.1` are addresses too, but not to everybody the same. */
const IPV4 = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/;
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i;

/**
 * LOAD_TEST_TARGET, or the script's own base URL.
 * @returns {{ url: string, secure: boolean, host: string }} url: without a slash at its end
 */
export function targetOf(env, baseUrl, stop) {
  const given = env.LOAD_TEST_TARGET;
  const [, scheme, rest, host, port] = ADDRESS.exec(given || baseUrl) || [];
  const isAddress =
    host !== undefined &&
    (!ENDS_IN_NUMBER.test(host) || IPV4.test(host)) &&
    (port === undefined || (Number(port) >= 1 && Number(port) <= 65535));
  // What the plan says was refused by the tools that cannot send it.
  if (!isAddress || (given && BROKEN_ESCAPE.test(given)))
    stop(
      "the target (LOAD_TEST_TARGET) must be an http or https address: a host, a port from 1 to 65535 and a path, without spaces, user, query and fragment; a % stands there only in escapes such as %20.",
    );
  const protocol = scheme.toLowerCase();
  return {
    url: protocol + rest.replace(/\/+$/, ""),
    secure: protocol === "https",
    host,
  };
}

/**
 * LOAD_TEST_SHARD: which of how many processes this is, that make the load of the plan together.
 * @returns {[index: number, count: number]}
 */
export function shardOf(env, stop) {
  const text = env.LOAD_TEST_SHARD || "0/1";
  const [index, count] = /^\d{1,6}\/\d{1,6}$/.test(text)
    ? text.split("/").map(Number)
    : [0, 0];
  if (index >= count)
    stop(
      "LOAD_TEST_SHARD is not a share of a test: the first of three is 0/3, the last one 2/3.",
    );
  return [index, count];
}

/** Whoever starts the shares of a test gives each of them time to come up, and nobody waits by mistake. k6 itself waits for 60 s. */
const MOST_AHEAD_MS = 50_000;

/**
 * LOAD_TEST_START_AT: when the plan's second 0 is, in whole milliseconds since 1970. Where that is over, it begins at once.
 * @returns {number | null} null: at once
 */
export function startAtOf(env, nowMs, stop) {
  const text = env.LOAD_TEST_START_AT;
  if (!text) return null;
  if (!/^\d{1,15}$/.test(text))
    stop(
      "LOAD_TEST_START_AT is not a moment: give whole milliseconds since 1970.",
    );
  const aheadMs = Number(text) - nowMs;
  if (aheadMs > MOST_AHEAD_MS)
    stop(
      `LOAD_TEST_START_AT is ${Math.ceil(aheadMs / 1000)} s ahead: a test waits for its start for at most 50 s.`,
    );
  return Number(text);
}
