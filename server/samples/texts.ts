/**
 * Texts that come again and again, by the bytes that they are written in: each is decoded once, and the same object ever after. Each has
 * its place by its hash, and whoever comes to a place that is taken takes it over: a million different ones need no more memory than a few.
 */
const PLACES = 1024;
/** A longer text is decoded each time. */
const MAX_BYTES = 512;

export class Texts<T extends string> {
  readonly #known = new Array<{ readonly bytes: Uint8Array; readonly text: T } | null>(PLACES).fill(null);
  readonly #accepted: (text: string) => T | null;

  /** @param accepted the text as it is wanted; null: it is not */
  constructor(accepted: (text: string) => T | null) {
    this.#accepted = accepted;
  }

  /**
   * The text of JSON from a place up to another one, both between its quotation marks; null: it is not accepted, or it is no JSON.
   * @param hash of these bytes, any
   */
  at(bytes: Buffer, from: number, to: number, hash: number): T | null {
    const place = (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (PLACES - 1);
    const known = this.#known[place];
    if (known && isSame(known.bytes, bytes, from, to)) return known.text;
    const text = this.#decoded(bytes.toString('utf8', from - 1, to + 1));
    // A copy: it would keep all of the bytes around it.
    if (text !== null && to - from <= MAX_BYTES) this.#known[place] = { bytes: new Uint8Array(bytes.subarray(from, to)), text };
    return text;
  }

  #decoded(quoted: string): T | null {
    try {
      return this.#accepted(JSON.parse(quoted));
    } catch {
      return null;
    }
  }
}

function isSame(known: Uint8Array, bytes: Buffer, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
