/** At most one publication per period, however many changes come in; the last change is always published. Pure but for its clock. */

export interface Clock {
  now(): number;
  /** Returns what cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

const realClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

export interface Conflated {
  /** Something changed: publish now, or at the end of the period that runs. */
  changed(): void;
  /** Publish what is waiting at once (the end of a run). */
  flush(): void;
  stop(): void;
}

export function conflate(periodMs: number, publish: () => void, clock: Clock = realClock): Conflated {
  let last = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;
  const run = () => {
    cancel = null;
    last = clock.now();
    publish();
  };
  return {
    changed() {
      if (cancel) return;
      const wait = last + periodMs - clock.now();
      if (wait <= 0) run();
      else cancel = clock.after(wait, run);
    },
    flush() {
      if (!cancel) return;
      cancel();
      run();
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
