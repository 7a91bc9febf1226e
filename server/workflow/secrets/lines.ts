/** Credentials in lines `name: value`: headers as text, YAML. A colon is no rare character in JSON, so these are looked for in values alone. */
import { isEscaped } from '../json-scan.ts';
import { isSecretKey } from './keys.ts';
import { spanOf } from './places.ts';
import { looksRandom } from './random.ts';
import type { Span } from './span.ts';

const NONE: readonly Span[] = [];

/** `key: 12345678` */
export const SHORTEST_LINE = 13;

/** The values of such lines in a string value, in their order. */
export function secretLines(text: string, value: Span): readonly Span[] {
  const raw = text.slice(value.from, value.to);
  const first = raw.indexOf(': ');
  if (first < 0) return NONE;
  const found: Span[] = [];
  for (let colon = first; colon >= 0; colon = raw.indexOf(': ', colon + 1)) {
    const span = secretBehind(text, value.from + colon, value);
    if (span !== null) found.push(span);
  }
  return found;
}

const HEADER = /[ \t]{1,5}([^\s'"\\<>]{6,500})(?=\s*(?:["']|\\[nr"]))/y;
const AUTHORIZATION = /[ \t]{1,5}(?:[A-Za-z-]{1,20} )?([^\s'"\\<>]{6,500})(?=\s*(?:["']|\\[nr"]))/y;
const COOKIE = /[ \t]{1,5}([^'"\\<>]{6,4000})/y;

function secretBehind(text: string, colon: number, value: Span): Span | null {
  const from = nameBefore(text, colon, value);
  if (from === null || !beginsLine(text, from, value)) return null;
  const name = text.slice(from, colon);
  if (!isSecretKey(name)) return null;
  const form = /authorization$/i.test(name) ? AUTHORIZATION : /cookie$/i.test(name) ? COOKIE : HEADER;
  const span = spanOf(form, text, colon + 1);
  return span !== null && looksRandom(span.value) ? span : null;
}

/** Offset of the name that ends at this sign; null: something that is no name stands there. */
export function nameBefore(text: string, sign: number, value: Span): number | null {
  let from = sign;
  while (from > Math.max(value.from, sign - 100) && /[\w-]/.test(text.charAt(from - 1))) from -= 1;
  // Of the escape of a line's end the letter is no part of the name.
  if (from > value.from && isEscaped(text, from)) from += 1;
  return from < sign ? from : null;
}

/** Nothing before it but a quote, spaces and the dash of a list. */
function beginsLine(text: string, from: number, value: Span): boolean {
  const start = Math.max(value.from, from - 40);
  return /(?:^|\\[nr"]|')(?:[ -]|\\t)*$/.test(`${start > value.from ? '?' : ''}${text.slice(start, from)}`);
}
