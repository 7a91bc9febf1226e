/** How far a log was read, line by line. It is taken up again by whole seconds, and still nothing of it is told twice. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) (.*)$/s;

export class Position {
  /** Nanoseconds since the epoch, by the node's clock; 0: nothing was read. */
  #latest = 0n;
  /** Lines of that very instant. */
  #count = 0;
  /** So many of them still come again, after all that was read before them; null: nothing does. */
  #again: number | null = null;

  /** The log is taken up again. @returns where to begin: Kubernetes knows whole seconds only */
  resume(): { readonly sinceTime?: string } {
    if (this.#latest === 0n) return {};
    this.#again = this.#count;
    return { sinceTime: new Date(Number(this.#latest / 1_000_000_000n) * 1000).toISOString() };
  }

  /** @param line as the log has it, with its time before it. @returns its text; null: it was read before, or is no line of a log */
  read(line: string): string | null {
    const [, second, fraction = '', zone, text = ''] = STAMP.exec(line) ?? [];
    if (second === undefined) return null;
    const at = BigInt(Date.parse(second + zone)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
    if (this.#again !== null && at < this.#latest) return null;
    if (this.#again && at === this.#latest) {
      this.#again -= 1;
      return null;
    }
    this.#again = null;
    // Lines of both outputs may stand in a slightly other order than their times.
    if (at > this.#latest) [this.#latest, this.#count] = [at, 0];
    if (at === this.#latest) this.#count += 1;
    return text;
  }
}
