/** All that can end a run comes together here, and the first cause wins. */
import type { EndingCause } from './state.ts';

export interface Asked {
  readonly cause: EndingCause;
  readonly message: string;
  /** objective_broken: its number in the plan. */
  readonly objective?: number;
}

/** A server that stood still itself finds a time over and news unread at once: it hears the news first. */
const HEAR_FIRST_MS = 1000;

export class Endings {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #settle: (asked: Asked) => void;
  /** Settles once, with the first cause. */
  readonly first: Promise<Asked>;
  readonly #aborting = new AbortController();
  #asked: Asked | null = null;
  #closed = false;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<Asked>();
    this.first = promise;
    this.#settle = resolve;
  }

  /** Aborted by the first cause: for what can be cancelled. */
  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  /** What it settled with; null while nothing has happened. */
  asked(): Asked | null {
    return this.#asked;
  }

  end(cause: EndingCause, message: string, objective?: number): void {
    if (this.#asked) return;
    this.#asked = objective === undefined ? { cause, message } : { cause, message, objective };
    this.close();
    this.#settle(this.#asked);
    this.#aborting.abort();
  }

  /** Ends after so long, unless something else was first. Returns a function that takes it back. Once closed it starts no timer. */
  after(ms: number, cause: EndingCause, message: string): () => void {
    if (this.#closed) return () => {};
    const hearMs = Math.min(HEAR_FIRST_MS, ms / 2);
    let timer: NodeJS.Timeout;
    const wait = (waitMs: number, then: () => void) => {
      timer = setTimeout(() => {
        this.#timers.delete(timer);
        then();
      }, waitMs);
      this.#timers.add(timer);
    };
    wait(ms - hearMs, () => wait(hearMs, () => this.end(cause, message)));
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  /** No timer of it is left, and none comes. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
