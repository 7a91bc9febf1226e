/**
 * What JSON with generators is compiled to. The names and shapes of the members are a contract with the scripts, which read
 * a JSON array of parts (`templates/shared/bundle/inputs.js`, `templates/locust/instrument/inputs.py`).
 */

export type ScalarGenerator =
  | { readonly uuid: true }
  /** Counts up by one with each iteration, from here. */
  | { readonly counter: number }
  /** UTC with milliseconds, or whole milliseconds or seconds since 1970. */
  | { readonly now: 'iso' | 'ms' | 's' }
  /** Both ends belong to it. */
  | { readonly int: readonly [min: number, max: number] }
  /** One of these JSON texts, as it is. */
  | { readonly pick: readonly string[] };

/** Makes one JSON text of strings (here decoded, without quotes) and of what the generators give. */
export interface TextGenerator {
  readonly text: readonly (string | ScalarGenerator)[];
}

export type Generator = ScalarGenerator | TextGenerator;

/** Stands in the body of a custom target for the definition, or for the inputs of the iteration. */
export type Placeholder = { readonly workflow: true } | { readonly inputs: true };

/** A string is JSON text that goes out as it is. */
export type Part = string | Generator | Placeholder;

/** Nothing in it changes from one iteration to the next: one unchanged text. */
export function isFixed(parts: readonly Part[]): parts is readonly [string] {
  return parts.length === 1 && typeof parts[0] === 'string';
}
