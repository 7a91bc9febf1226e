// What the script takes from the environment. What is missing or wrong stops the test with one line.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { shardOf, startAtOf, targetOf, valuesOf } from "./variables.js";

export function stop(message) {
  process.stderr.write(`load test: ${message}\n`);
  process.exit(1);
}

/** @returns {{ target: string, values: Record<string, string>, shard: [number, number], startAt: number | null }} */
export function readEnvironment(baseUrl, variables) {
  if (process.env.LOAD_TEST_CA) checkCertificates(process.env.LOAD_TEST_CA);
  return { target: targetOf(process.env, baseUrl, stop).url, values: valuesOf(process.env, variables, stop), shard: shardOf(process.env, stop), startAt: startAtOf(process.env, Date.now(), stop) };
}

function checkCertificates(file) {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
    new X509Certificate(text);
  } catch ({ message }) {
    stop(text === "" ? `LOAD_TEST_CA=${file} cannot be read: ${message}.` : `LOAD_TEST_CA=${file} holds no certificate that can be read.`);
  }
}
