// What the script takes from the environment. What is missing or wrong stops the test before anything is sent.
import { readFileSync } from "node:fs";

/** Ends the process with one line; exit code 1. Only for the main thread. */
export function stop(message) {
  process.stderr.write(`load test: ${message}\n`);
  process.exit(1);
}

/**
 * @param {{ baseUrl: string }} flow
 * @param {{ name: string, holds: string, kind: string }[]} variables
 * @returns {{ target: string, values: Record<string, string>, certificates: string | null, shard: [index: number, count: number] }}
 *   target: base URL without a slash at its end; values: of the variables, by name
 * @throws {Error} with a message for the user
 */
export function readEnvironment({ baseUrl }, variables) {
  return {
    target: targetOf(process.env.LOAD_TEST_TARGET || baseUrl),
    values: Object.fromEntries(
      variables.map((variable) => [variable.name, textOf(variable)]),
    ),
    certificates: process.env.LOAD_TEST_CA
      ? certificatesOf(process.env.LOAD_TEST_CA)
      : null,
    shard: shardOf(process.env.LOAD_TEST_SHARD || "0/1"),
  };
}

function targetOf(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error("LOAD_TEST_TARGET is not an http or https address.");
  if (url.username || url.password || url.search || url.hash)
    throw new Error(
      "LOAD_TEST_TARGET holds more than an address: leave user, password, query and fragment out.",
    );
  return text.replace(/\/+$/, "");
}

/** What the text of a variable must be, by its kind, and what is said when it is not. */
const KINDS = {
  header: [
    (text) => /^[ -~]+$/.test(text),
    "a header takes printable ASCII characters only",
  ],
  json: [
    (text) => typeof parsed(`"${text}"`) === "string",
    "it must be written as between the quotes of a JSON string, escapes and all",
  ],
  number: [
    (text) => /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text),
    "it must be a JSON number",
  ],
  text: [() => true, ""],
};

function textOf({ name, holds, kind }) {
  const text = process.env[name];
  if (!text)
    throw new Error(
      `the environment variable ${name} is not set: it holds ${holds}.`,
    );
  const [fits, what] = KINDS[kind];
  if (!fits(text))
    throw new Error(
      `the environment variable ${name} cannot be used as ${holds}: ${what}.`,
    );
  return text;
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function certificatesOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`LOAD_TEST_CA=${file} cannot be read: ${error.message}.`);
  }
}

function shardOf(text) {
  const [index, count] = /^\d{1,6}\/\d{1,6}$/.test(text)
    ? text.split("/").map(Number)
    : [];
  if (index === undefined || index >= count)
    throw new Error(
      "LOAD_TEST_SHARD is not a share of a test: the first of three is 0/3, the last one 2/3.",
    );
  return [index, count];
}
