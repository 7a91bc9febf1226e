/** Whoever waits is woken by the next ring, when its patience is over, or by its signal; nothing of its waiting is left then. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** `ms`: patience; without it there is no end to it. */
  next(signal: AbortSignal, ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
      if (signal.aborted) wake();
    });
  }
}
