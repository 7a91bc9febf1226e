/** An API may be away for a while: the load goes on meanwhile, and the place keeps what it prints. */
import { isPassing } from '../problem.ts';

export class Patience {
  readonly #longestMs: number;
  #workedAt = performance.now();

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  worked(): void {
    this.#workedAt = performance.now();
  }

  /** Throws what does not pass, and what has not passed for long. */
  bear(error: unknown): void {
    if (!isPassing(error) || performance.now() - this.#workedAt > this.#longestMs) throw error;
  }
}
