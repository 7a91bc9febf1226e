/** Offsets in the raw text of a value: between its quotes, escapes as they are. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One way to look for secrets in a value. */
export interface Look {
  /** Global. Where it does not match, there is none of this kind; it is run over whole definitions, so it is made to be fast. */
  readonly sign: RegExp;
  /** null: it only looked like one. @param sign where it matched @param match what matched */
  readonly secretAt: (raw: string, sign: number, match: string) => Span | null;
}
