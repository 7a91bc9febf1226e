// What the script takes from the environment. What is missing or wrong stops the test with one line.
import { shardOf, valuesOf } from "./variables.js";

export function stop(message) {
  process.stderr.write(`load test: ${message}\n`);
  process.exit(1);
}

/** @returns {{ target: string, values: Record<string, string>, shard: [number, number] }} */
export function readEnvironment(baseUrl, variables) {
  const target = process.env.LOAD_TEST_TARGET || baseUrl;
  if (!URL.canParse(target) || !/^https?:/.test(target)) stop("LOAD_TEST_TARGET is not an http or https address.");
  return { target: target.replace(/\/+$/, ""), values: valuesOf(process.env, variables, stop), shard: shardOf(process.env, stop) };
}
