/** What code, a shell and headers as text give to a name that is a secret's. */
import { decoded, isEscaped } from '../json-scan.ts';
import { LONGEST_CONNECTION, type Pair, secretsOfConnection } from './connection.ts';
import { isSecretKey } from './keys.ts';
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

const HEADER = /[ \t]{1,5}([^\s'"\\<>]{6,500})(?=\s*(?:["']|\\[nr"]))/y;
const AUTHORIZATION = /[ \t]{1,5}(?:[A-Za-z-]{1,20} )?([^\s'"\\<>]{6,500})(?=\s*(?:["']|\\[nr"]))/y;
const COOKIE = /[ \t]{1,5}([^'"\\<>]{6,4000})/y;
const ORACLE = /[\w$#]{1,128}\/([^\s@'"\\]{1,200})(?=@)/y;

/** A header as a line, a line of YAML: `X-Api-Key: ...`. And the address of Oracle's driver: `jdbc:oracle:thin:user/password@...` */
export const line: Look = {
  signs: [`:(?= )(?<=(?:${NAME}|[Aa]uthorization|[Cc]ookie):)`, ':(?<=jdbc:oracle:(?:thin|oci8?):)'],
  characters: ':',
  secretAt(text, sign, value) {
    if (text.charAt(sign + 1) !== ' ') return spanOf(ORACLE, text, sign + 1);
    const from = nameBefore(text, sign, value);
    const name = from === null ? '' : text.slice(from, sign);
    if (from === null || !isSecretKey(name) || !/(?:^|\\[nr"]|')(?:[ -]|\\t)*$/.test(lineBefore(text, from, value))) return null;
    const form = /authorization$/i.test(name) ? AUTHORIZATION : /cookie$/i.test(name) ? COOKIE : HEADER;
    const span = spanOf(form, text, sign + 1);
    return span !== null && looksRandom(span.value) ? span : null;
  },
};

/** Offset of the name that ends at this sign; null: something that is no name stands there. */
function nameBefore(text: string, sign: number, value: Span): number | null {
  let from = sign;
  while (from > Math.max(value.from, sign - 100) && /[\w-]/.test(text.charAt(from - 1))) from -= 1;
  if (from > value.from && isEscaped(text, from)) from += 1;
  return from < sign ? from : null;
}

/** Some of it; all, where it is short. */
function lineBefore(text: string, from: number, value: Span): string {
  const start = Math.max(value.from, from - 40);
  return `${start > value.from ? '?' : ''}${text.slice(start, from)}`;
}
