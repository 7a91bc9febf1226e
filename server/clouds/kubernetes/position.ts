/** How far a log was read, line by line. It is taken up again by whole seconds, and still nothing of it is told twice. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) (.*)$/s;

export class Position {
  /** Nanoseconds since the epoch, by the node's clock; null: nothing was read. */
  #latest: bigint | null = null;
  /** Lines of that very instant. */
  #count = 0;
  /** What was read before comes again: until this instant, and so many lines of it. */
  #again: { readonly until: bigint; left: number } | null = null;

  /** The log is taken up again. @returns where to begin: Kubernetes knows whole seconds only */
  resume(): { readonly sinceTime?: string } {
    if (this.#latest === null) return {};
    this.#again = { until: this.#latest, left: this.#count };
    return { sinceTime: new Date(Number(this.#latest / 1_000_000_000n) * 1000).toISOString() };
  }

  /** @param line as the log has it, with its time before it. @returns its text; null: it was read before, or is no line of a log */
  read(line: string): string | null {
    const [, second, fraction = '', zone, text = ''] = STAMP.exec(line) ?? [];
    if (second === undefined) return null;
    const at = BigInt(Date.parse(second + zone)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
    if (this.#isAgain(at)) return null;
    // Lines of both outputs may stand in a slightly other order than their times.
    if (this.#latest === null || at > this.#latest) [this.#latest, this.#count] = [at, 0];
    if (at === this.#latest) this.#count += 1;
    return text;
  }

  #isAgain(at: bigint): boolean {
    if (this.#again === null) return false;
    if (at < this.#again.until) return true;
    if (at === this.#again.until && this.#again.left > 0) {
      this.#again.left -= 1;
      return true;
    }
    this.#again = null;
    return false;
  }
}
