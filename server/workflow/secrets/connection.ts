/** Connection strings that are lists of pairs, with a secret among them. */
import { isSecretKey, kindOfKey } from './keys.ts';
import { looksLikeKey } from './random.ts';
import { holdsSecret } from './references.ts';

/** A value of a pair, its quotes with it. */
const VALUE = {
  /** ADO, ODBC, JDBC, Azure: a value in quotes or braces may hold what ends others; inside a doubled one stands for itself. */
  semicolon: String.raw`"(?:[^"]|"")*"|'(?:[^']|'')*'|\{(?:[^}]|\}\})*\}|[^;]*`,
  comma: '[^,]*',
  /** libpq: a backslash before a quote, and spaces may stand around the equals sign. */
  space: String.raw`'(?:[^'\\]|\\.)*'|[^\s']\S*`,
} as const;

interface Form {
  /** What may stand before the first pair. */
  readonly begins: RegExp;
  /** One pair, with what ends it. */
  readonly pair: RegExp;
}

const FORMS: readonly Form[] = [
  // `Server=db;Password=...`; `jdbc:sqlserver://db;user=...`; `jdbc:db2://db:50000/x:user=...;`
  { begins: /(?:[^\s;=]+;|jdbc:\w+:\/\/[^\s;=]*:(?=\w+=))?/y, pair: new RegExp(String.raw`\s*(\w[\w .-]{0,59}?)\s{0,9}=\s*(${VALUE.semicolon})\s*(?:(?:;\s*)+|$)`, 'y') },
  // StackExchange.Redis: `cache:6380,password=...,ssl=True`
  { begins: /[\w.-]+(?::\d+)?(?:,[\w.-]+(?::\d+)?)*,/y, pair: new RegExp(String.raw`\s*(\w{1,60})=(${VALUE.comma})(?:,|$)`, 'y') },
  // `host=db password=...`, on one line
  { begins: /[ \t]*/y, pair: new RegExp(String.raw`(\w[\w.-]{0,59})[ \t]{0,9}=[ \t]*(${VALUE.space})(?:[ \t]+|$)`, 'y') },
];

export interface Pair {
  readonly key: string;
  readonly value: string;
  /** Offset of the value, behind its opening quote. */
  readonly at: number;
}

/** Characters. */
export const LONGEST_CONNECTION = 4000;

/** The secret pairs of a connection string, in their order; empty: it is none, or holds none. */
export function secretsOfConnection(text: string): readonly Pair[] {
  if (text.length > LONGEST_CONNECTION) return [];
  for (const form of FORMS) {
    const pairs = pairsOf(text, form);
    const secrets = pairs.filter(isSecretPair);
    if (secrets.length > 0) return secrets;
  }
  return [];
}

/** Empty: something in it is no pair, or it is one alone. */
function pairsOf(text: string, { begins, pair }: Form): Pair[] {
  begins.lastIndex = 0;
  const before = begins.exec(text)?.[0] ?? null;
  if (before === null) return [];
  const pairs: Pair[] = [];
  let at = before.length;
  while (at < text.length) {
    pair.lastIndex = at;
    const match = pair.exec(text);
    if (match === null) return [];
    const [all, key = '', quoted = ''] = match;
    const isQuoted = /^["'{].*["'}]$/s.test(quoted) && quoted.length > 1;
    pairs.push({ key, value: isQuoted ? quoted.slice(1, -1) : quoted.trim(), at: at + all.lastIndexOf(quoted) + (isQuoted ? 1 : 0) });
    at = pair.lastIndex;
  }
  return pairs.length + (before.trim() === '' ? 0 : 1) < 2 ? [] : pairs;
}

function isSecretPair({ key, value }: Pair): boolean {
  if (CODE.test(value)) return false;
  return isSecretKey(key) ? holdsSecret(key, value) : kindOfKey(key) === 'key' && looksLikeKey(value);
}

/** A call or an element: `get_password()`, `data['password']`. */
const CODE = /^[A-Za-z_][\w.]*(?:\(.*\)|\[.*\])$/s;
