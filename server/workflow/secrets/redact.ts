/** Secrets out of a text, with a marker in the place of each; the markers say how to put them back. */
import type { FoundSecret } from '../secrets.ts';
import { repeatsOf } from './repeats.ts';

/** Every language of a script writes them in a literal as they are, so that whoever looks for a marker finds all its places. */
const [OPEN, CLOSE] = ['[', ']'];

export interface SecretMarker {
  readonly variable: string;
  /** What stands in the redacted text, and nowhere else in it. With its quotes where a number stood: the text stays JSON. */
  readonly marker: string;
  readonly kind: FoundSecret['kind'];
  /** The raw slice of the text: what the environment variable holds. */
  readonly value: string;
}

export interface Redacted {
  readonly text: string;
  /** One for each variable, in the order of the text. */
  readonly markers: readonly SecretMarker[];
  /** False: a secret may stand in it once more, in a place that was not found. */
  readonly complete: boolean;
}

type Found = readonly Pick<FoundSecret, 'variable' | 'from' | 'to' | 'kind'>[];

/**
 * A secret of 8 characters or more is cut out wherever its text stands again in a string, with the marker that it has already.
 * @param found of this very text, in its order. Replacing each marker by its value everywhere gives the text again, byte for byte.
 * @param beside texts that go out with it, perhaps decoded and written anew: what looks like a marker there is none
 */
export function redact(text: string, found: Found, beside: readonly string[] = []): Redacted {
  const { cut: _cut, ...redacted } = redactUpTo(text.length, text, found, beside);
  return redacted;
}

/** The same of two texts that go out with each other: the secrets of each are looked for in both, and a marker is read the same everywhere. */
export function redactBoth(text: string, found: Found, other: string, foundInOther: Found, beside: readonly string[] = []): Redacted & { readonly other: string } {
  // As elements of one list.
  const from = text.length + 1;
  const all = [...found, ...foundInOther.map((secret) => ({ ...secret, from: secret.from + from, to: secret.to + from }))];
  const { text: both, cut, markers, complete } = redactUpTo(text.length, `${text},${other}`, all, beside);
  return { text: both.slice(0, cut), other: both.slice(cut + 1), markers, complete };
}

/** `cut`: where what stood at `at`, in no secret, stands now. */
function redactUpTo(at: number, text: string, found: Found, beside: readonly string[]): Redacted & { readonly cut: number } {
  if (found.length === 0) return { text, markers: [], complete: true, cut: at };
  const brackets = Math.max(...[text, ...beside, ...beside.map(unescaped)].map(bracketsFor));
  const markers = new Map<string, SecretMarker>();
  const pieces: string[] = [];
  let behind = 0;
  let cut = at;
  const { repeats, complete } = repeatsOf(text, found);
  const all = repeats.length === 0 ? found : [...found, ...repeats.map(({ from, to, of }) => ({ ...of, from, to }))].sort((a, b) => a.from - b.from);
  for (const { variable, from, to, kind } of all) {
    const bare = `${OPEN.repeat(brackets)}${variable}${CLOSE.repeat(brackets)}`;
    const marker = kind === 'number' ? `"${bare}"` : bare;
    if (!markers.has(variable)) markers.set(variable, { variable, marker, kind, value: text.slice(from, to) });
    pieces.push(text.slice(behind, from), marker);
    if (to <= at) cut += marker.length - (to - from);
    behind = to;
  }
  pieces.push(text.slice(behind));
  return { text: pieces.join(''), markers: [...markers.values()], complete, cut };
}

/** Variables of the markers that stand in a text made of redacted ones: one pass, however many there are. */
export function variablesIn(text: string, markers: readonly SecretMarker[]): Set<string> {
  const variables = new Set<string>();
  const brackets = markers[0] === undefined ? 0 : markers[0].marker.lastIndexOf(OPEN) - markers[0].marker.indexOf(OPEN) + 1;
  const known = new Set(markers.map(({ variable }) => variable));
  const [open, close] = [OPEN.repeat(brackets), CLOSE.repeat(brackets)];
  if (brackets === 0) return variables;
  for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + 1)) {
    const [name = ''] = text.slice(at + brackets, at + brackets + LONGEST_NAME).split(close, 1);
    if (known.has(name)) variables.add(name);
  }
  return variables;
}

/** And its closing brackets: no name is longer than 100. */
const LONGEST_NAME = 200;

/** An escape may hide a marker. */
function unescaped(text: string): string {
  return text.includes('\\u00') ? text.replace(/\\u00([45][0-9a-f])/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;
}

/** One more than stand before such a name anywhere in the text, and at least two. */
function bracketsFor(text: string): number {
  let most = 1;
  // Not with its bracket: JSON is full of brackets.
  for (let at = text.indexOf('SECRET'); at >= 0; at = text.indexOf('SECRET', at + 1)) {
    let first = at;
    while (text.charAt(first - 1) === OPEN) first -= 1;
    most = Math.max(most, at - first);
  }
  return most + 1;
}
