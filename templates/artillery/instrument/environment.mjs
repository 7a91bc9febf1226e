// What the script takes from the environment. What is missing or wrong stops the test before anything is sent.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { startAtOf, targetOf, valuesOf } from "./variables.js";

/** Ends the process with one line; exit code 1. Only for the main thread. */
export function stop(message) {
  process.stderr.write(`load test: ${message}\n`);
  process.exit(1);
}

/**
 * @param {{ baseUrl: string }} flow
 * @param {{ name: string, holds: string, kind: string }[]} variables
 * @returns {{ target: string, values: Record<string, string>, certificates: string | null, startAt: number | null }}
 *   target: base URL without a slash at its end; values: of the variables, by name; startAt: second 0 in epoch ms, null: at once
 * @throws {Error} with a message for the user
 */
export function readEnvironment({ baseUrl }, variables) {
  return {
    target: targetOf(process.env, baseUrl, refuse).url,
    values: valuesOf(process.env, variables, refuse),
    certificates: process.env.LOAD_TEST_CA
      ? certificatesOf(process.env.LOAD_TEST_CA)
      : null,
    startAt: startAtOf(process.env, Date.now(), refuse),
  };
}

/** @throws {Error} with a message for the user */
export function refuse(message) {
  throw new Error(message);
}

const CERTIFICATE =
  /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

function certificatesOf(file) {
  const text = textOf(file);
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0 || !found.every(isCertificate))
    refuse(`LOAD_TEST_CA=${file} holds no certificate that can be read.`);
  return text;
}

function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    refuse(`LOAD_TEST_CA=${file} cannot be read: ${error.message}.`);
  }
}

function isCertificate(pem) {
  try {
    return Boolean(new X509Certificate(pem));
  } catch {
    return false;
  }
}
