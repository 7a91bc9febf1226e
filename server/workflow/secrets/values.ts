/** Secrets that show by their value, whatever key they stand under. */
import { decoded } from '../json-scan.ts';
import { assignment } from './assignment.ts';
import { forms } from './forms.ts';
import { SHORTEST_LINE, secretLines } from './lines.ts';
import { address, driverAddress, query, scheme } from './places.ts';
import type { Look, Span } from './span.ts';

const LOOKS: readonly Look[] = [forms, address, query, scheme, driverAddress, assignment];
const LOOK_AT: ReadonlyMap<string, Look> = new Map(LOOKS.flatMap((look) => [...look.characters].map((character) => [character, look] as const)));

/** Escapes that hide plain letters, \/ and \u0020 to \u007f: what stands there shows in the decoded text only. */
const HIDDEN = String.raw`\\(?=\/|u00[2-7])`;

const SIGNS = LOOKS.flatMap(({ signs }) => signs).join('|');
const SIGNS_AND_HIDDEN = `${SIGNS}|${HIDDEN}`;

/** Whether there is a secret in this text, decoded. */
export function holdsSecretByValue(value: string): boolean {
  const text = JSON.stringify(value);
  return new ValueSecrets(text, SIGNS).in(1, text.length - 1).length > 0;
}

const NONE: readonly Span[] = [];

/** Asked for the values of a text from left to right, it passes over the text once. */
export class ValueSecrets {
  readonly #text: string;
  readonly #signs: RegExp;
  /** Of the next sign; infinite: there is none. */
  #sign = -1;

  constructor(text: string, signs = SIGNS_AND_HIDDEN) {
    this.#text = text;
    this.#signs = new RegExp(signs, 'g');
  }

  /** The secrets in a string value, perhaps one in another; empty: none. @param from between its quotes */
  in(from: number, to: number): readonly Span[] {
    // Most values are short and lie before the next sign.
    if (to - from < SHORTEST_LINE && this.#sign >= to) return NONE;
    if (this.#sign < from) this.#advance(from);
    const value = { from, to };
    const lines = secretLines(this.#text, value);
    return this.#sign >= to ? lines : [...this.#signed(value), ...lines];
  }

  #signed(value: Span): readonly Span[] {
    const { from, to } = value;
    const found: Span[] = [];
    let hidden = false;
    while (this.#sign < to) {
      const sign = this.#sign;
      const isHidden = this.#text.charAt(sign) === '\\' && this.#text.charAt(sign + 1) !== '"';
      const span = isHidden ? null : (LOOK_AT.get(this.#text.charAt(sign))?.secretAt(this.#text, sign, value) ?? null);
      if (span !== null) found.push(span);
      hidden ||= isHidden;
      this.#advance(Math.max(sign + 1, span?.to ?? 0));
    }
    if (found.length > 0) return this.#wholeOrParts(found, value);
    return hidden && holdsSecretByValue(decoded(this.#text.slice(from, to))) ? [value] : NONE;
  }

  #advance(from: number): void {
    this.#signs.lastIndex = from;
    this.#sign = this.#signs.test(this.#text) ? this.#signs.lastIndex - 1 : Number.POSITIVE_INFINITY;
  }

  #wholeOrParts(found: readonly Span[], value: Span): readonly Span[] {
    const raw = this.#text.slice(value.from, value.to);
    const [first] = found;
    if (isOneWord(raw) || (first && standsAlone(raw, { from: first.from - value.from, to: first.to - value.from }))) return [value];
    // A connection string is one as a whole.
    return found.includes(value) ? [value] : found;
  }
}

/** A key, an address: what is around the secret belongs to it. */
function isOneWord(raw: string): boolean {
  return !/\s|\\[nrt]/.test(raw.trim());
}

/** Nothing but a scheme stands beside it. */
function standsAlone(raw: string, { from, to }: Span): boolean {
  if (from > 20 || raw.length - to > 20) return false;
  return /^\s*(?:(?:bearer|basic) )?$/i.test(raw.slice(0, from)) && /^(?:\s|\\[nrt])*$/.test(raw.slice(to));
}
