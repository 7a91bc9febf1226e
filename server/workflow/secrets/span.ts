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
  /**
   * Sources of expressions that match one character, the sign of such a secret, with what must stand around it. All signs are
   * looked for in one pass over whole definitions: that is fast where the characters are few and rare.
   */
  readonly signs: readonly string[];
  /** Those characters; no other look has one of them. */
  readonly characters: string;
  /**
   * null: it only looked like one.
   * @param sign offset of the character @param value the string value that it is in, between its quotes; for all its signs the same object
   */
  readonly secretAt: (text: string, sign: number, value: Span) => Span | null;
}
