/** Numbers and moments in the forms in which k6 writes them, read from their bytes. NaN: there is none here. */
import { isAt, viewOf } from '../../shared/results/words.ts';
import { Last } from './last.ts';

const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const LETTER_E = 69;
const LETTER_Z = 90;
const LOWER = 32;
const LF = 10;
const SECOND_LENGTH = '2026-11-25T07:35:10'.length;
const ZONE_LENGTH = '+02:00'.length;
/** Exact as a double, as are all lower ones. */
const MOST_PLACES = 22;
const POWERS = Array.from({ length: MOST_PLACES + 1 }, (_, places) => 10 ** places);
const SECOND = 1e6;
const MICRO_PLACES = 6;
/** Of a Unix time by its digits: seconds, milliseconds, microseconds, nanoseconds, from 2001 to 2286. */
const UNIX_DIGITS: Readonly<Record<number, number>> = { 10: SECOND, 13: 1000, 16: 1, 19: 1 };
const MICRO_DIGITS = 16;

export class Cursor {
  /** Of the next byte. */
  at = 0;
  /** Of the last moment, in microseconds: it was rounded down to a whole one. */
  step = 1;
  #bytes: Buffer = Buffer.alloc(0);
  /** Of the bytes. */
  view = viewOf(this.#bytes);
  readonly #second = new Last(SECOND_LENGTH, secondIn);
  readonly #zone = new Last(ZONE_LENGTH, zoneIn);

  open(bytes: Buffer, from: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.view = viewOf(bytes);
    }
    this.at = from;
  }

  byte(byte: number): boolean {
    if (this.#bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  word(word: DataView): boolean {
    if (!isAt(this.view, this.at, word)) return false;
    this.at += word.byteLength;
    return true;
  }

  /** A number of JSON, as `JSON.parse` would give it. */
  decimal(): number {
    const bytes = this.#bytes;
    const from = bytes[this.at] === MINUS ? this.at + 1 : this.at;
    let at = from;
    let digits = 0;
    for (let digit = digitAt(bytes, at); isDigit(digit); digit = digitAt(bytes, ++at)) digits = digits * 10 + digit;
    if (at === from || (at > from + 1 && bytes[from] === ZERO)) return Number.NaN;
    let places = 0;
    if (bytes[at] === DOT) {
      const point = at++;
      for (let digit = digitAt(bytes, at); isDigit(digit); digit = digitAt(bytes, ++at)) digits = digits * 10 + digit;
      places = at - point - 1;
      if (places === 0) return Number.NaN;
    }
    let isExact = digits <= Number.MAX_SAFE_INTEGER && places <= MOST_PLACES;
    if (((bytes[at] ?? LF) | LOWER) === (LETTER_E | LOWER)) {
      at += bytes[at + 1] === PLUS || bytes[at + 1] === MINUS ? 2 : 1;
      const exponent = at;
      while (isDigit(digitAt(bytes, at))) at++;
      if (at === exponent) return Number.NaN;
      isExact = false;
    }
    const start = this.at;
    this.at = at;
    // Both are exact, so that their quotient is rounded once.
    if (isExact) return (from > start ? -digits : digits) / (POWERS[places] ?? Number.NaN);
    return Number(bytes.toString('latin1', start, at));
  }

  /** RFC 3339 with any fraction and zone, in microseconds since 1970. */
  moment(): number {
    const bytes = this.#bytes;
    const second = this.#second.at(bytes, this.view, this.at);
    let at = this.at + SECOND_LENGTH;
    let micros = 0;
    this.step = SECOND;
    if (bytes[at] === DOT) {
      const from = ++at;
      let digits = 0;
      for (const most = from + MICRO_PLACES; at < most; at++) {
        const digit = digitAt(bytes, at);
        if (!isDigit(digit)) break;
        digits = digits * 10 + digit;
      }
      if (at === from) return Number.NaN;
      micros = digits * (POWERS[from + MICRO_PLACES - at] ?? Number.NaN);
      // The nanoseconds are left out.
      while (isDigit(digitAt(bytes, at))) at++;
      this.step = 1;
    }
    const isUtc = bytes[at] === LETTER_Z;
    const micro = notBefore1970(second + micros - (isUtc ? 0 : this.#zone.at(bytes, this.view, at)));
    if (Number.isNaN(micro)) return micro;
    this.at = isUtc ? at + 1 : at + ZONE_LENGTH;
    return micro;
  }

  /** A Unix time in whole seconds, ms, µs or ns, in microseconds. */
  unix(): number {
    const bytes = this.#bytes;
    let at = this.at;
    let value = 0;
    for (let digit = digitAt(bytes, at); isDigit(digit); digit = digitAt(bytes, ++at)) if (at - this.at < MICRO_DIGITS) value = value * 10 + digit;
    const step = UNIX_DIGITS[at - this.at];
    if (step === undefined || bytes[this.at] === ZERO) return Number.NaN;
    this.at = at;
    this.step = step;
    return notBefore1970(value * step);
  }
}

const digitAt = (bytes: Buffer, at: number): number => (bytes[at] ?? LF) - ZERO;
const isDigit = (digit: number): boolean => digit >>> 0 <= 9;
/** As if it were in UTC, in microseconds. */
const secondIn = (text: string): number => (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) * 1000 : Number.NaN);
/** Of "+02:00", in microseconds. */
function zoneIn(text: string): number {
  const [, sign, hours, minutes] = /^([+-])([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return (Number(hours) * 60 + Number(minutes)) * 60 * (sign === '+' ? SECOND : -SECOND);
}
const notBefore1970 = (micros: number): number => (micros >= 0 && micros <= Number.MAX_SAFE_INTEGER ? micros : Number.NaN);
