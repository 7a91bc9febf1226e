// What the script takes from the environment. What is missing or wrong stops the test with one line.
import { shardOf, targetOf, valuesOf } from "./variables.js";

export function stop(message) {
  process.stderr.write(`load test: ${message}\n`);
  process.exit(1);
}

/** @returns {{ target: string, values: Record<string, string>, shard: [number, number] }} */
export function readEnvironment(baseUrl, variables) {
  return { target: targetOf(process.env, baseUrl, stop).url, values: valuesOf(process.env, variables, stop), shard: shardOf(process.env, stop) };
}
