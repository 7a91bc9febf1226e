// Checks: a place in the answer, by JSON pointer (RFC 6901), equals a value. The same as checks.py; both are held to vectors/checks.json.
import { parse } from "./outcome.js";

/**
 * @param {{ name: string, pointer: string, equals: string }[]} checks equals: JSON text
 * @param {unknown} answer the answer as JSON; undefined: it is none, and nothing in it equals anything
 * @returns {[passed: number, failedNames: string[]]}
 */
export function checksOf(checks, answer) {
  const failed = checks.filter(
    ({ pointer, equals }) => !isEqual(valueAt(answer, pointer), parse(equals)),
  );
  return [checks.length - failed.length, failed.map(({ name }) => name)];
}

/** The value at a JSON pointer; undefined: there is none. */
export function valueAt(answer, pointer) {
  let value = answer;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replace(/~1/g, "/").replace(/~0/g, "~");
    if (Array.isArray(value))
      value = /^(0|[1-9][0-9]*)$/.test(key) ? value[Number(key)] : undefined;
    else if (
      typeof value === "object" &&
      value !== null &&
      Object.hasOwn(value, key)
    )
      value = value[key];
    else return undefined;
  }
  return value;
}

/** Numbers are compared as doubles: 1 equals 1.0; the order of members says nothing. */
function isEqual(one, other) {
  if (
    typeof one !== "object" ||
    typeof other !== "object" ||
    one === null ||
    other === null
  )
    return one !== undefined && one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) => Object.hasOwn(other, key) && isEqual(one[key], other[key]),
    )
  );
}
