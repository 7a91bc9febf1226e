/**
 * Many texts looked for in one pass (Wu and Manber): a table says for each block of letters how far the next place where one could
 * begin lies at least. Most of a definition is jumped over; a search for one after the other would read it once for each.
 */
import type { Span } from './span.ts';

const BLOCK = 3;
const BUCKETS = 1 << 16;
/** Longer ones are told apart where they begin. */
const MOST_OF_A_VALUE = 32;

/** Steps for each letter of the text, and for any text: a text of values that are nearly there everywhere must not keep a server busy. */
const STEPS_PER_LETTER = 4;
const STEPS = 1_000_000;

export class Search {
  /** False: it gave up. */
  complete = true;
  readonly #text: string;
  /** How much of each value is looked for first: as much as the shortest has. */
  readonly #length: number;
  readonly #jumps: Uint8Array;
  /** By what they begin with, the longest first. */
  readonly #values = new Map<string, string[]>();
  #steps: number;

  /** @param values none shorter than 8 characters, each once, at least one */
  constructor(text: string, values: readonly string[]) {
    this.#text = text;
    this.#length = values.reduce((shortest, { length }) => Math.min(shortest, length), MOST_OF_A_VALUE);
    this.#steps = STEPS_PER_LETTER * text.length + STEPS;
    const last = this.#length - BLOCK;
    this.#jumps = new Uint8Array(BUCKETS).fill(last + 1);
    for (const value of values.toSorted((a, b) => b.length - a.length)) {
      for (let at = 0; at <= last; at++) {
        const bucket = bucketOf(value, at);
        this.#jumps[bucket] = Math.min(this.#jumps[bucket] ?? 0, last - at);
      }
      const begin = value.slice(0, this.#length);
      const alike = this.#values.get(begin);
      if (alike) alike.push(value);
      else this.#values.set(begin, [value]);
    }
  }

  /** From left to right, of several that begin at one place the longest, none in another. @param not where none may begin */
  *within(from: number, to: number, not: (text: string, at: number) => boolean): Generator<Span> {
    const last = this.#length - BLOCK;
    let at = from;
    while (at + this.#length <= to && this.complete) {
      const jump = this.#jumps[bucketOf(this.#text, at + last)] ?? 1;
      if (jump > 0) {
        at += jump;
        continue;
      }
      const found = this.#at(at, to);
      if (found !== null && !not(this.#text, at)) {
        yield { from: at, to: at + found.length };
        at += found.length;
      } else at += 1;
    }
  }

  #at(at: number, to: number): string | null {
    const alike = this.#values.get(this.#text.slice(at, at + this.#length));
    if (!alike) return null;
    for (const value of alike) {
      this.#steps -= 10 + value.length / 4;
      if (this.#steps < 0) this.complete = false;
      if (!this.complete) return null;
      if (at + value.length <= to && this.#text.startsWith(value, at)) return value;
    }
    return null;
  }
}

function bucketOf(text: string, at: number): number {
  return (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5) ^ (text.charCodeAt(at + 2) << 10)) & (BUCKETS - 1);
}
