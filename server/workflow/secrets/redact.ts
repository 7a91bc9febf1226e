/** Secrets out of a text, with a marker in the place of each; the markers say how to put them back. */
import type { FoundSecret } from '../secrets.ts';

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
}

/** @param found of this very text, in its order. Replacing each marker by its value everywhere gives the text again, byte for byte. */
export function redact(text: string, found: readonly Pick<FoundSecret, 'variable' | 'from' | 'to' | 'kind'>[]): Redacted {
  if (found.length === 0) return { text, markers: [] };
  const brackets = bracketsFor(text);
  const markers = new Map<string, SecretMarker>();
  const pieces: string[] = [];
  let behind = 0;
  for (const { variable, from, to, kind } of found) {
    const bare = `${'<'.repeat(brackets)}${variable}${'>'.repeat(brackets)}`;
    const marker = kind === 'number' ? `"${bare}"` : bare;
    if (!markers.has(variable)) markers.set(variable, { variable, marker, kind, value: text.slice(from, to) });
    pieces.push(text.slice(behind, from), marker);
    behind = to;
  }
  pieces.push(text.slice(behind));
  return { text: pieces.join(''), markers: [...markers.values()] };
}

/** Variables of the markers that stand in a text made of redacted ones: one pass, however many there are. */
export function variablesIn(text: string, markers: readonly SecretMarker[]): Set<string> {
  const known = new Map(markers.map(({ variable, marker }) => [marker.replaceAll('"', ''), variable]));
  const variables = new Set<string>();
  for (const [bare] of text.matchAll(MARKER)) {
    // Letters of the text may stand directly before a marker, also <.
    for (let from = 0; bare.startsWith('<<', from); from++) {
      const variable = known.get(bare.slice(from));
      if (variable !== undefined) variables.add(variable);
    }
  }
  return variables;
}

const MARKER = /<<+SECRET_[A-Z0-9_]*>>+/g;

/** One more than stand before such a name anywhere in the text, and at least two. */
function bracketsFor(text: string): number {
  let most = 1;
  for (const [run] of text.matchAll(/<{2,}(?=SECRET_)/g)) most = Math.max(most, run.length);
  return most + 1;
}
