// The inputs of every iteration. The same as inputs.py; both are held to
// vectors/inputs.json.
//
// What is random is computed from the seed and the number of the row: every
// framework sends the same values, and nobody has to share a state.
import { numberOf } from "./share.js";

/**
 * @param {{ kind: "parts" } | { kind: "rows", order: "sequential" | "random" | "unique", count: number }} spec
 *   count: how many rows there are
 * @param {string | ArrayLike<string>} text
 *   parts: a JSON array, strings are JSON text as it is and objects generators;
 *   rows: the JSON text of one row per line, or the rows as an array (in k6 a
 *   SharedArray, so that all virtual users share one copy)
 * @param {{ seed: number, shard: [index: number, count: number], uuid: () => string, nowMs: () => number }} options
 *   seed: 0 to 2^32-1; shard: this script is number `index` (from 0) of `count`
 *   that share the rows and the counters; nowMs: milliseconds since 1970
 * @returns {(iteration: number) => string | null}
 *   JSON text for iteration 0, 1, 2 ...; null: the unique rows are used up
 */
export function newInputs(spec, text, { seed, shard, uuid, nowMs }) {
  const inputs =
    spec.kind === "rows"
      ? rowsOf(spec, typeof text === "string" ? text.split("\n") : text, seed)
      : partsOf(JSON.parse(text), seed, uuid, nowMs);
  return (iteration) => inputs(numberOf(shard, iteration));
}

function rowsOf({ order, count }, rows, seed) {
  switch (order) {
    case "sequential":
      return (number) => rows[number % count];
    case "random":
      return (number) => rows[drawBelow(count, seed, number, 0)];
    case "unique":
      return (number) => (number < count ? rows[number] : null);
    default:
      throw new Error(`no order of rows: ${order}`);
  }
}

function partsOf(parts, seed, uuid, nowMs) {
  let draws = 0;

  /** @returns a function that gives a number below `count`, another for each place in the text */
  function chooser(count) {
    const draw = draws++;
    return (number) => drawBelow(count, seed, number, draw);
  }

  /** @returns {(number: number, ms: number) => string} what stands in the JSON text */
  function jsonOf(part) {
    if (typeof part === "string") return () => part;
    if (part.pick) return pickOf(part.pick);
    const value = part.text ? joined(part.text.map(textOf)) : generated(part);
    return (number, ms) => JSON.stringify(value(number, ms));
  }

  /** @returns {(number: number, ms: number) => string} the same within a text, without quotes */
  function textOf(part) {
    if (typeof part === "string") return () => part;
    if (part.pick) return pickOf(part.pick.map(unquoted));
    const value = generated(part);
    return (number, ms) => String(value(number, ms));
  }

  function pickOf(values) {
    const chosen = chooser(values.length);
    return (number) => values[chosen(number)];
  }

  function generated(part) {
    if (part.uuid) return () => uuid();
    if (part.counter !== undefined) return (number) => part.counter + number;
    if (part.now) return (_number, ms) => moment(part.now, ms);
    if (part.int) {
      const [min, max] = part.int;
      const chosen = chooser(max - min + 1);
      return (number) => min + chosen(number);
    }
    throw new Error(`no generator: ${JSON.stringify(part)}`);
  }

  const inputs = joined(parts.map(jsonOf));
  // One moment for the whole of an iteration's inputs.
  return (number) => inputs(number, Math.floor(nowMs()));
}

const joined = (writers) => (number, ms) =>
  writers.map((write) => write(number, ms)).join("");

const unquoted = (json) => (json.startsWith('"') ? JSON.parse(json) : json);

function moment(format, ms) {
  if (format === "ms") return ms;
  return format === "s" ? Math.floor(ms / 1000) : new Date(ms).toISOString();
}

/** A whole number from 0 to count - 1, for counts up to 2^53. */
function drawBelow(count, seed, number, draw) {
  const words = [number % 2 ** 32, Math.floor(number / 2 ** 32), draw];
  const high = murmur3([...words, 0], seed) >>> 5;
  const low = murmur3([...words, 1], seed) >>> 6;
  // 27 and 26 bits make a fraction of 53 bits, all that a double can hold.
  return Math.floor(((high * 2 ** 26 + low) / 2 ** 53) * count);
}

/**
 * MurmurHash3_x86_32 by Austin Appleby (public domain), over 32-bit words:
 * https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export function murmur3(words, seed) {
  let hash = seed | 0;
  for (const word of words) {
    const mixed = rotated(Math.imul(word, 0xcc9e2d51), 15);
    hash = rotated(hash ^ Math.imul(mixed, 0x1b873593), 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const rotated = (word, bits) => (word << bits) | (word >>> (32 - bits));
