/** A queue without a bound in front of a few threads: what a Kailash gateway has for each registered workflow. */
export class Threads {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves with the release once a thread is free, first come first served. */
  async take(): Promise<() => void> {
    if (this.#busy >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#busy += 1;
    return () => {
      // Handed over directly, so that nobody overtakes the one who waits longest.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy -= 1;
    };
  }
}
