/** Signals to this command: the first one counts, and others (npm passes on what the terminal has sent already) change nothing. */
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type Signal = (typeof SIGNALS)[number];

export class Interruption implements Disposable {
  /** null: nobody has interrupted it. */
  by: Signal | null = null;
  /** Settles when somebody does. */
  readonly asked: Promise<Signal>;
  readonly #aborted = new AbortController();
  readonly #listeners: (() => void)[] = [];

  constructor() {
    const { promise, resolve } = Promise.withResolvers<Signal>();
    this.asked = promise;
    for (const signal of SIGNALS) {
      const listener = () => {
        this.by ??= signal;
        this.#aborted.abort();
        resolve(this.by);
      };
      process.on(signal, listener);
      this.#listeners.push(() => process.off(signal, listener));
    }
  }

  get signal(): AbortSignal {
    return this.#aborted.signal;
  }

  [Symbol.dispose](): void {
    for (const off of this.#listeners) off();
  }
}

/** As shells have it. */
export const exitCodeOf = (signal: Signal): number => 128 + constants.signals[signal];
