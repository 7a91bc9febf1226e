/** Where the text of a secret that was found stands again: in a prompt, in code, in a key. There it shows by nothing but itself. */
import { isEscaped, scanJson } from '../json-scan.ts';
import { Search } from './search.ts';
import type { Span } from './span.ts';

/** A shorter one may be a word of the text by chance. */
export const SHORTEST_REPEATED = 8;

export interface Repeat<Found> extends Span {
  /** Whose text it is. */
  readonly of: Found;
}

export interface Repeats<Found> {
  /** In the order of the text, within its string values and keys, none in a found one or in another. */
  readonly repeats: readonly Repeat<Found>[];
  /** False: the values are so much alike that looking for all of them would take too long; there may be more. */
  readonly complete: boolean;
}

/** Once in a while a key is both: a name that the definition's form has, or that of a node, and the text of a secret. */
const NAME = /^[A-Za-z_]+$/;

/**
 * Only as it is written: with other escapes it is not seen again. Numbers are looked for nowhere, a string of digits only in strings.
 * @param found in the order of the text
 */
export function repeatsOf<Found extends Span & { readonly kind: 'string' | 'number' }>(text: string, found: readonly Found[]): Repeats<Found> {
  const values = new Map<string, Found>();
  for (const one of found) {
    if (one.kind !== 'string' || one.to - one.from < SHORTEST_REPEATED) continue;
    const value = text.slice(one.from, one.to);
    if (!values.has(value)) values.set(value, one);
  }
  if (values.size === 0) return { repeats: [], complete: true };
  const search = new Search(text, [...values.keys()]);
  const repeats: Repeat<Found>[] = [];
  let behind = 0;
  for (const { from, to } of [...found, { from: text.length, to: text.length }]) {
    for (const span of search.within(behind, from, isInEscape)) {
      const of = values.get(text.slice(span.from, span.to));
      if (of) repeats.push({ ...span, of });
    }
    behind = to;
  }
  return { repeats: repeats.length === 0 ? repeats : inStrings(text, repeats), complete: search.complete };
}

/** `n12345678` is no part of `\n12345678`, nor `e9abcdef` of `\u00e9abcdef`. */
function isInEscape(text: string, at: number): boolean {
  if (isEscaped(text, at)) return true;
  for (let digits = 0, u = at - 1; digits < 4; digits++, u--) {
    const c = text.charAt(u);
    if (c === 'u' && isEscaped(text, u)) return true;
    if (!/[0-9a-fA-F]/.test(c)) return false;
  }
  return false;
}

/**
 * What stands between strings is no text. And a key that is a bare name stays, with the values that are the same name: the
 * definition is read once more without its secrets, and its connections must still find their nodes.
 */
function inStrings<Found>(text: string, repeats: readonly Repeat<Found>[]): Repeat<Found>[] {
  const names = new Set<string>();
  const kept: { readonly repeat: Repeat<Found>; readonly token: string | null }[] = [];
  let next = 0;
  const token = (from: number, to: number, key: boolean) => {
    while ((repeats[next]?.from ?? Infinity) < from) next += 1;
    let repeat = repeats[next];
    if (!repeat || repeat.from >= to) return;
    const whole = to - from <= 1000 ? text.slice(from, to) : '';
    const name = NAME.test(whole) ? whole : null;
    if (key && name !== null) names.add(name);
    for (; repeat && repeat.from < to; repeat = repeats[++next]) kept.push({ repeat, token: name });
  };
  scanJson(text, { open: nothing, close: nothing, literal: nothing, key: (from, to) => token(from, to, true), string: (from, to) => token(from, to, false) });
  return kept.filter(({ token: name }) => name === null || !names.has(name)).map(({ repeat }) => repeat);
}

const nothing = () => undefined;
