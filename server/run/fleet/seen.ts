/** Numbered lines that come once, twice, late or never. */
export class Seen {
  #last = 0;
  readonly #missing = new Set<number>();

  /** false: it has come before. */
  add(seq: number): boolean {
    if (seq <= this.#last) return this.#missing.delete(seq);
    for (let between = this.#last + 1; between < seq; between++) this.#missing.add(between);
    this.#last = seq;
    return true;
  }

  /** How many of the first `last` have not come. */
  missingOf(last: number): number {
    return this.#missing.size + Math.max(0, last - this.#last);
  }

  get missing(): number {
    return this.#missing.size;
  }
}
