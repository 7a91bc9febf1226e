/** Secrets that show by their value, whatever key they stand under. */
import { decoded } from '../json-scan.ts';
import { other, separated } from './forms.ts';
import { address, assignment, query, scheme } from './places.ts';
import type { Look, Span } from './span.ts';

const LOOKS: readonly Look[] = [separated, other, address, query, scheme, assignment];

/** Escapes that hide plain letters: \/ and \u0020 to \u007f. */
const HIDDEN = /\\\/|\\u00[2-7]/g;

const isHidden = (raw: string) => raw.search(HIDDEN) >= 0;

/** Where in a whole text secrets may stand. Asked from left to right, it passes over the text once for each kind. */
export class Signs {
  readonly #text: string;
  readonly #next: { readonly sign: RegExp; at: number }[];

  constructor(text: string) {
    this.#text = text;
    this.#next = [...LOOKS.map(({ sign }) => sign), HIDDEN].map((sign) => ({ sign: new RegExp(sign), at: -1 }));
  }

  /** False: no secret shows in this part. */
  in(from: number, to: number): boolean {
    let found = false;
    for (const next of this.#next) {
      if (next.at < from) {
        next.sign.lastIndex = from;
        next.at = next.sign.exec(this.#text)?.index ?? Number.POSITIVE_INFINITY;
      }
      if (next.at < to) found = true;
    }
    return found;
  }
}

/**
 * The secrets in one value, in their order, none in another; empty: none.
 * @param raw between its quotes, escapes as they are
 */
export function secretsIn(raw: string): Span[] {
  const found = LOOKS.flatMap((look) => spansOf(look, raw)).sort((a, b) => a.from - b.from || b.to - a.to);
  const [first] = found;
  const whole = [{ from: 0, to: raw.length }];
  if (first !== undefined) return isOneWord(raw) || standsAlone(raw, first) ? whole : apart(found);
  // Places in the decoded text are other places: such a value goes as a whole.
  return isHidden(raw) && LOOKS.some((look) => spansOf(look, JSON.stringify(decoded(raw)).slice(1, -1)).length > 0) ? whole : [];
}

function spansOf({ sign, secretAt }: Look, raw: string): Span[] {
  const spans: Span[] = [];
  sign.lastIndex = 0;
  for (let hit = sign.exec(raw); hit !== null; hit = sign.exec(raw)) {
    const span = secretAt(raw, hit.index, hit[0]);
    if (span === null) continue;
    spans.push(span);
    sign.lastIndex = Math.max(span.to, sign.lastIndex);
  }
  return spans;
}

function apart(found: readonly Span[]): Span[] {
  const spans: Span[] = [];
  for (const span of found) {
    const last = spans.at(-1);
    if (last === undefined || span.from >= last.to) spans.push(span);
    else if (span.to > last.to) spans[spans.length - 1] = { from: last.from, to: span.to };
  }
  return spans;
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
