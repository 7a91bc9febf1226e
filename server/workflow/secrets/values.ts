/** Secrets that show by their value, whatever key they stand under. */
import { decoded } from '../json-scan.ts';
import { forms } from './forms.ts';
import { address, assignment, query, scheme } from './places.ts';
import type { Look, Span } from './span.ts';

const LOOKS: readonly Look[] = [forms, address, query, scheme, assignment];

/** Escapes that hide plain letters, \/ and \u0020 to \u007f: what stands there shows in the decoded text only. */
const HIDDEN = /\\\/|\\u00[2-7]/g;

/** Whether there is a secret in this text, decoded. */
export function holdsSecretByValue(value: string): boolean {
  const text = JSON.stringify(value);
  return new ValueSecrets(text, []).in(1, text.length - 1).length > 0;
}

/** Where in a text a sign comes next. */
class NextSign {
  readonly #sign: RegExp;
  readonly #text: string;
  /** Infinite: there is none. */
  end = 0;

  constructor(sign: RegExp, text: string) {
    this.#sign = new RegExp(sign);
    this.#text = text;
  }

  advance(from: number): void {
    this.#sign.lastIndex = from;
    this.end = this.#sign.test(this.#text) ? this.#sign.lastIndex : Number.POSITIVE_INFINITY;
  }
}

const NONE: readonly Span[] = [];

/** Asked for the values of a text from left to right, it passes over the text once for each kind of secret. */
export class ValueSecrets {
  readonly #text: string;
  readonly #looks: readonly { readonly secretAt: Look['secretAt']; readonly next: NextSign }[];
  readonly #hidden: readonly NextSign[];
  /** The least of their ends: most values lie before it. */
  #nearest = 0;

  /** @param hidden what tells that a value must be decoded */
  constructor(text: string, hidden: readonly RegExp[] = [HIDDEN]) {
    this.#text = text;
    this.#looks = LOOKS.map(({ sign, secretAt }) => ({ secretAt, next: new NextSign(sign, text) }));
    this.#hidden = hidden.map((sign) => new NextSign(sign, text));
  }

  /** The secrets in a string value, in their order, none in another; empty: none. @param from between its quotes */
  in(from: number, to: number): readonly Span[] {
    if (this.#nearest > to) return NONE;
    const value = { from, to };
    const found: Span[] = [];
    let nearest = Number.POSITIVE_INFINITY;
    for (const { next, secretAt } of this.#looks) {
      if (next.end <= from) next.advance(from);
      while (next.end <= to) {
        const span = secretAt(this.#text, next.end, value);
        if (span !== null) found.push(span);
        next.advance(Math.max(next.end, span?.to ?? 0));
      }
      nearest = Math.min(nearest, next.end);
    }
    for (const next of this.#hidden) {
      if (next.end <= from) next.advance(from);
      if (next.end <= to) {
        if (found.length === 0 && holdsSecretByValue(decoded(this.#text.slice(from, to)))) found.push(value);
        next.advance(to);
      }
      nearest = Math.min(nearest, next.end);
    }
    this.#nearest = nearest;
    return found.length === 0 ? NONE : this.#wholeOrParts(found, value);
  }

  #wholeOrParts(found: readonly Span[], value: Span): readonly Span[] {
    const sorted = [...found].sort((a, b) => a.from - b.from || b.to - a.to);
    const raw = this.#text.slice(value.from, value.to);
    const [first] = sorted;
    if (isOneWord(raw) || (first && standsAlone(raw, { from: first.from - value.from, to: first.to - value.from }))) return [value];
    const parts: Span[] = [];
    for (const span of sorted) {
      const last = parts.at(-1);
      if (last === undefined || span.from >= last.to) parts.push(span);
      else if (span.to > last.to) parts[parts.length - 1] = { from: last.from, to: span.to };
    }
    return parts;
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
