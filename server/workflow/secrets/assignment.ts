/** What code and a shell give to a name that is a secret's. */
import { decoded } from '../json-scan.ts';
import { LONGEST_CONNECTION, type Pair, secretsOfConnection } from './connection.ts';
import { nameBefore } from './lines.ts';
import { spanOf } from './places.ts';
import { looksRandom } from './random.ts';
import type { Look, Span } from './span.ts';

const NAME = '(?:[Kk]ey|KEY|[Tt]oken|TOKEN|[Pp]assw(?:or)?d|PASSW(?:OR)?D|[Ss]ecret|SECRET|[Pp]wd|PWD)';
const LITERAL = /"?:?\s{0,5}(?:\\"|')([^\s'"\\]{8,500})(?:\\"|')/y;

/** A value is asked about at each of its signs. */
const connectionStrings = new WeakMap<Span, boolean>();

/**
 * In code: what is assigned to such a name, a text in quotes that is no word. Else perhaps a part of a connection string: its
 * secret where it stands in code, all of it where it is the value. Else a variable of a shell.
 */
export const assignment: Look = {
  // The equals sign behind the name, or behind its own quote and bracket (`headers["X-Api-Key"] =`); or the quote before a colon.
  signs: [String.raw`=(?<=${NAME}(?:\\"|')?\]? ?=)`, `'(?=:)(?<=${NAME}')`, String.raw`\\(?=":)(?<=${NAME}\\)`],
  characters: "='\\",
  secretAt(text, sign, value) {
    const span = spanOf(LITERAL, text, sign + 1);
    if (span !== null && looksRandom(span.value)) return span;
    if (text.charAt(sign) !== '=') return null;
    const inCode = connectionInCode(text, sign, value);
    if (inCode !== null) return inCode;
    const known = connectionStrings.get(value) ?? isConnection(text, value);
    connectionStrings.set(value, known);
    return known ? value : shellVariable(text, sign, value);
  },
};

function isConnection(text: string, { from, to }: Span): boolean {
  return to - from <= LONGEST_CONNECTION && secretsOfConnection(decoded(text.slice(from, to))).length > 0;
}

/** Of a value: the text in quotes that its last sign stands in, so that none is read twice. */
interface InQuotes {
  sign: number;
  from: number;
  to: number;
  secrets: readonly Pair[];
}
const inQuotes = new WeakMap<Span, InQuotes>();

/** `connect("host=db password=...")`: of the text in quotes around this sign the secret that begins behind it. */
function connectionInCode(text: string, sign: number, value: Span): Span | null {
  const last = inQuotes.get(value) ?? { sign: value.from, from: value.from, to: value.from, secrets: [] };
  inQuotes.set(value, last);
  let from = sign;
  while (from > last.sign && !/['"\\]/.test(text.charAt(from - 1))) from -= 1;
  if (from > last.sign) Object.assign(last, { from, ...connectionFrom(text, from, value) });
  last.sign = sign;
  const pair = sign < last.to ? last.secrets.find(({ at }) => last.from + at > sign) : undefined;
  return pair ? { from: last.from + pair.at, to: last.from + pair.at + pair.value.length } : null;
}

function connectionFrom(text: string, from: number, value: Span): Pick<InQuotes, 'to' | 'secrets'> {
  const rest = text.slice(from, Math.min(value.to, from + LONGEST_CONNECTION));
  const quote = text.charAt(from - 1);
  const length = quote === '\\' ? -1 : rest.indexOf(quote === '"' ? '\\"' : quote);
  const inner = rest.slice(0, Math.max(length, 0));
  return { to: from + inner.length, secrets: inner.includes('\\') ? [] : secretsOfConnection(inner) };
}

/** Up to a space, the end of the line, what ends a command, or the quote around all of it. */
const WORD = /([\w+/.~:@%-]{8,500}={0,2})(?=\s|\\[nrt"]|["';&|)])/y;
/** An attribute, as in `KEY=settings.KEY_2`. */
const ATTRIBUTE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;

/** `export API_KEY=...`, `PGPASSWORD=... psql`, a line of an env file: names in capitals, nothing beside the equals sign. */
function shellVariable(text: string, sign: number, value: Span): Span | null {
  const name = nameBefore(text, sign, value);
  if (name === null || !/^[A-Z_][A-Z0-9_]*$/.test(text.slice(name, sign))) return null;
  const span = spanOf(WORD, text, sign + 1);
  return span !== null && looksRandom(span.value) && !ATTRIBUTE.test(span.value) ? span : null;
}
