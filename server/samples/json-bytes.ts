/** JSON without spaces, read from its bytes. Each step looks for something at a place, and moves the place behind it when it is there. */
import type { Texts } from './texts.ts';

const LF = 10;
const SPACE = 32;
const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const BACKSLASH = 92;

export class JsonBytes {
  /** Of the next byte. */
  at = 0;
  #bytes: Buffer = Buffer.alloc(0);

  open(bytes: Buffer, from: number): void {
    this.#bytes = bytes;
    this.at = from;
  }

  /** The byte so far ahead. */
  peek(ahead: number): number | undefined {
    return this.#bytes[this.at + ahead];
  }

  byte(byte: number): boolean {
    if (this.#bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  word(word: Buffer): boolean {
    const bytes = this.#bytes;
    const { at } = this;
    for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
    this.at = at + word.length;
    return true;
  }

  /** A whole number in digits, exact up to 2^53; NaN: there is none. */
  int(): number {
    const bytes = this.#bytes;
    const from = bytes[this.at] === MINUS ? this.at + 1 : this.at;
    let value = 0;
    let at = from;
    for (let digit = digitAt(bytes, at); digit >= 0 && digit <= 9; digit = digitAt(bytes, at)) {
      value = value * 10 + digit;
      at += 1;
    }
    const digits = at - from;
    if (digits === 0 || (digits > 1 && bytes[from] === ZERO)) return Number.NaN;
    const isNegative = from > this.at;
    this.at = at;
    return isNegative ? -value : value;
  }

  /** null: there is none of these texts. */
  text<T extends string>(texts: Texts<T>): T | null {
    const bytes = this.#bytes;
    const from = this.at + 1;
    if (bytes[this.at] !== QUOTE) return null;
    let to = from;
    let hash = 0;
    for (let byte = bytes[to] ?? LF; byte !== QUOTE; byte = bytes[to] ?? LF) {
      // What it escapes may be a quotation mark.
      if (byte === BACKSLASH) byte = bytes[++to] ?? LF;
      // JSON escapes them in a text, so the text has no end.
      if (byte < SPACE) return null;
      hash = (Math.imul(hash, 31) + byte) | 0;
      to += 1;
    }
    this.at = to + 1;
    return texts.at(bytes, from, to, hash);
  }
}

const digitAt = (bytes: Buffer, at: number): number => (bytes[at] ?? LF) - ZERO;
