/**
 * A scan over JSON text that was parsed before, so it is known to be valid: only places are told, nothing is copied or decoded.
 *
 * jsonc-parser does the same, and is what the tests hold this one to; but its `visit` alone takes 4 times as long as
 * JSON.stringify of the same object, for it looks at every letter of every text and builds each one. A definition is mostly text,
 * so this one jumps from quote to quote.
 */
export interface JsonEvents {
  /** An object or array begins at this offset. */
  open(at: number, object: boolean): void;
  /** It ends; `end` lies behind its bracket. */
  close(end: number): void;
  /** A key, between its quotes, escapes as they are. */
  key(from: number, to: number): void;
  /** A string value, between its quotes, escapes as they are. */
  string(from: number, to: number): void;
  /** A number, true, false or null. */
  literal(from: number, to: number): void;
  /** True: nothing more need be told. */
  readonly stopped?: boolean;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Ends on any text; what it tells is meant for valid JSON only. */
export function scanJson(text: string, events: JsonEvents): void {
  const { length } = text;
  const objects: boolean[] = [];
  let inObject = false;
  let keyNext = false;
  let at = 0;
  while (at < length && !events.stopped) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) {
      const from = at + 1;
      const end = endOfString(text, from);
      at = end + 1;
      if (keyNext) events.key(from, end);
      else events.string(from, end);
      keyNext = false;
    } else if (c === COMMA) {
      keyNext = inObject;
      at += 1;
    } else if (c === COLON || c <= SPACE) {
      do at += 1;
      while (text.charCodeAt(at) <= SPACE);
    } else if (c === OPEN_OBJECT || c === OPEN_LIST) {
      objects.push(inObject);
      inObject = c === OPEN_OBJECT;
      keyNext = inObject;
      events.open(at, inObject);
      at += 1;
    } else if (c === CLOSE_OBJECT || c === CLOSE_LIST) {
      inObject = objects.pop() ?? false;
      keyNext = false;
      at += 1;
      events.close(at);
    } else {
      const from = at;
      do at += 1;
      while (isPartOfLiteral(text.charCodeAt(at)));
      events.literal(from, at);
    }
  }
}

/** Most strings are short, and a call costs more than a look at a few letters. */
const NEAR = 24;

/** Offset of the closing quote, or the end of the text. @param from just behind the opening quote */
export function endOfString(text: string, from: number): number {
  for (let at = from; at < from + NEAR; at++) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) return at;
    if (c === BACKSLASH) break;
  }
  let at = text.indexOf('"', from);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at;
}

/** An odd number of backslashes stands before it. */
export function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (first > 0 && text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}

/** Letters, digits, + - and the point. */
function isPartOfLiteral(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || c === 0x2e || c === 0x2b || c === 0x2d;
}

/** What stands between the quotes, decoded. */
export function decoded(raw: string): string {
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
}
