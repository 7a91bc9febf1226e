// What the script takes from the environment. What is missing or wrong stops the test before anything is sent.
import { readFileSync } from 'node:fs';

/** Ends the process with one line; exit code 1. Only for the main thread. */
export function stop(message) {
  process.stderr.write(`load test: ${message}\n`);
  process.exit(1);
}

/**
 * @returns {{ target: string, token: string | null, certificates: string | null }} target: base URL without a slash at its end
 * @throws {Error} with a message for the user
 */
export function readEnvironment({ baseUrl, bearerVariable }) {
  return {
    target: targetOf(process.env.LOAD_TEST_TARGET || baseUrl),
    token: bearerVariable === null ? null : tokenOf(bearerVariable),
    certificates: process.env.LOAD_TEST_CA ? certificatesOf(process.env.LOAD_TEST_CA) : null,
  };
}

function targetOf(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('LOAD_TEST_TARGET is not an http or https address.');
  if (url.username || url.password || url.search || url.hash)
    throw new Error('LOAD_TEST_TARGET holds more than an address: leave user, password, query and fragment out.');
  return text.replace(/\/+$/, '');
}

function tokenOf(name) {
  const token = process.env[name];
  if (!token) throw new Error(`the environment variable ${name} is not set: it holds the bearer token.`);
  if (!/^[\t\x20-\x7e\x80-\xff]+$/.test(token)) throw new Error(`the environment variable ${name} holds characters that no header can hold.`);
  return token;
}

function certificatesOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`LOAD_TEST_CA=${file} cannot be read: ${error.message}.`);
  }
}
