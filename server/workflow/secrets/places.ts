/** Credentials that show by where they stand: in an address, in a header's value, in a connection string, in code. */
import { isSecretKey } from './keys.ts';
import { holdsSecret, isMask, isReference } from './references.ts';
import type { Look, Span } from './span.ts';

function spanOf(expression: RegExp, text: string, at: number): { value: string; from: number; to: number } | null {
  expression.lastIndex = at;
  const match = expression.exec(text);
  const value = match?.[1] ?? '';
  if (match === null || value === '' || isMask(value) || isReference(value)) return null;
  const from = at + match[0].lastIndexOf(value);
  return { value, from, to: from + value.length };
}

/** Letters and digits: no word, no number. */
function looksRandom(value: string): boolean {
  return value.length >= 8 && /\d/.test(value) && /[A-Za-z]/.test(value);
}

/**
 * `user:password@`. A password may hold a slash that nobody escaped (SQLAlchemy reads it so); a port and a path are none, nor
 * is what another address follows.
 */
const USER_AND_PASSWORD = /[^\s:@/?#'"<>\\]{0,200}:((?:(?!:\/\/)[^\s@'"\\]){1,500})(?=@)/y;

export const address: Look = {
  signs: ['\\/(?<=:\\/\\/)'],
  characters: '/',
  secretAt(text, sign) {
    const span = spanOf(USER_AND_PASSWORD, text, sign + 1);
    return span !== null && !/^\d{1,5}\//.test(span.value) ? span : null;
  },
};

const PARAMETER = /(?:amp;)?[\w.%-]{1,60}=([^&?\s#"'<>\\]{1,4000})/y;
const PARAMETER_NAME = /(?:amp;)?([\w.%-]{1,60})=/y;
/** Parameters that are credentials although no setting of such a name would be one. */
const CREDENTIAL_PARAMETER = /^(?:sig|signature|x-(?:amz|goog)-signature|auth|appid|code|key)$/i;

export const query: Look = {
  signs: ['[?&](?=[\\w.%;-]{1,64}=)'],
  characters: '?&',
  secretAt(text, sign) {
    PARAMETER_NAME.lastIndex = sign + 1;
    const name = PARAMETER_NAME.exec(text)?.[1] ?? '';
    const named = isSecretKey(name);
    const span = named || CREDENTIAL_PARAMETER.test(name) ? spanOf(PARAMETER, text, sign + 1) : null;
    return span !== null && (named ? holdsSecret(name, span.value) : looksRandom(span.value)) ? span : null;
  },
};

const CREDENTIAL = /(?:bearer|basic) ([A-Za-z0-9._~+/=-]{6,8000})/iy;

/** The value of an Authorization header (RFC 6750, RFC 7617), whatever key it stands under. */
export const scheme: Look = {
  signs: ['B(?=earer |asic |EARER |ASIC )', 'b(?=earer |asic )'],
  characters: 'Bb',
  secretAt(text, sign) {
    const span = spanOf(CREDENTIAL, text, sign);
    if (span === null) return null;
    const { value } = span;
    const basic = /a/i.test(text.charAt(sign + 1));
    const holds = basic ? Buffer.from(value, 'base64').toString('latin1').includes(':') : value.length >= 8 && (/\d/.test(value) || value.length >= 20);
    return holds ? span : null;
  },
};

const NAME = '(?:[Kk]ey|KEY|[Tt]oken|TOKEN|[Pp]assw(?:or)?d|PASSW(?:OR)?D|[Ss]ecret|SECRET|[Pp]wd|PWD)';
const LITERAL = /"?:?\s{0,5}(?:\\"|')([^\s'"\\]{8,500})(?:\\"|')/y;

/** A value is asked about at each of its signs. */
const connectionStrings = new WeakMap<Span, boolean>();

/** In code: what is assigned to such a name, a text in quotes that is no word. Else perhaps a part of a connection string: then all of it. */
export const assignment: Look = {
  // The equals sign behind the name, or behind its own quote and bracket (`headers["X-Api-Key"] =`); or the quote before a colon.
  signs: [String.raw`=(?<=${NAME}(?:\\"|')?\]? ?=)`, `'(?=:)(?<=${NAME}')`, String.raw`\\(?=":)(?<=${NAME}\\)`],
  characters: "='\\",
  secretAt(text, sign, value) {
    const span = spanOf(LITERAL, text, sign + 1);
    if (span !== null && looksRandom(span.value)) return span;
    const known = connectionStrings.get(value) ?? isConnectionString(text.slice(value.from, value.to));
    connectionStrings.set(value, known);
    return known ? value : null;
  },
};

/** `Server=db;Password=...` (ADO), `host=db password=...` (libpq), `AccountName=...;AccountKey=...` (Azure). */
function isConnectionString(raw: string): boolean {
  if (raw.length > 4000) return false;
  const parts = (raw.includes(';') ? raw.split(';') : raw.split(/\s+/)).filter((part) => part.trim() !== '');
  const pairs = parts.map((part) => /^\s*([\w .-]{1,60}?)\s*=(.*)$/.exec(part));
  if (pairs.length < 2 || pairs.includes(null)) return false;
  return pairs.some((pair) => pair !== null && isSecretKey(pair[1] ?? '') && holdsSecret(pair[1] ?? '', pair[2] ?? ''));
}
