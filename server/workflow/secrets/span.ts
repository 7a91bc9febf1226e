/** Offsets in a JSON text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * One way to look for secrets in a JSON text. It sees the whole text, escapes as they are; that a value ends at its quote needs
 * no care, for an expression that takes no quote stops there.
 */
export interface Look {
  /** Global. Where it does not match, there is none of this kind; it is run over whole definitions, so it is made to be fast. */
  readonly sign: RegExp;
  /**
   * null: it only looked like one.
   * @param behind the end of the sign @param value the string value that the sign is in, between its quotes; for all its signs the same object
   */
  readonly secretAt: (text: string, behind: number, value: Span) => Span | null;
}
