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
const NEAR = 16;

/** Ends on any text; what it tells is meant for valid JSON only. */
export function scanJson(text: string, events: JsonEvents): void {
  const { length } = text;
  const objects: boolean[] = [];
  let inObject = false;
  let keyNext = false;
  for (let at = 0; at < length && !events.stopped; at++) {
    const c = text.charCodeAt(at);
    if (c <= SPACE) continue;
    if (c === QUOTE) {
      const end = endOfString(text, at + 1);
      if (keyNext) events.key(at + 1, end);
      else events.string(at + 1, end);
      keyNext = false;
      at = end;
    } else if (c === 0x2c /* , */) keyNext = inObject;
    else if (c === 0x7b /* { */ || c === 0x5b /* [ */) {
      objects.push(inObject);
      inObject = c === 0x7b;
      keyNext = inObject;
      events.open(at, inObject);
    } else if (c === 0x7d /* } */ || c === 0x5d /* ] */) {
      inObject = objects.pop() ?? false;
      keyNext = false;
      events.close(at + 1);
    } else if (c !== 0x3a /* : */) {
      let end = at + 1;
      while (end < length && isPartOfLiteral(text.charCodeAt(end))) end += 1;
      events.literal(at, end);
      at = end - 1;
    }
  }
}

/** Offset of the closing quote, or the end of the text. @param from just behind the opening quote */
export function endOfString(text: string, from: number): number {
  // Most strings are short, and a call costs more than a look at a few letters.
  const near = Math.min(from + NEAR, text.length);
  for (let at = from; at < near; at++) {
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
