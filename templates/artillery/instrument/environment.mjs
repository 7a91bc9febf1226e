// What the script takes from the environment. What is missing or wrong stops the test before anything is sent.
import { readFileSync } from "node:fs";
import { shardOf, valuesOf } from "./variables.js";

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
    values: valuesOf(process.env, variables, refuse),
    certificates: process.env.LOAD_TEST_CA
      ? certificatesOf(process.env.LOAD_TEST_CA)
      : null,
    shard: shardOf(process.env, refuse),
  };
}

function refuse(message) {
  throw new Error(message);
}

function targetOf(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    refuse("LOAD_TEST_TARGET is not an http or https address.");
  if (url.username || url.password || url.search || url.hash)
    refuse(
      "LOAD_TEST_TARGET holds more than an address: leave user, password, query and fragment out.",
    );
  return text.replace(/\/+$/, "");
}

function certificatesOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    refuse(`LOAD_TEST_CA=${file} cannot be read: ${error.message}.`);
  }
}
