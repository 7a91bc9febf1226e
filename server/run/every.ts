/** Work that is done again every few seconds, one after the other, until it is stopped. */
import { answered, within } from './within.ts';

export interface Every {
  readonly everyMs: number;
  /** What has not ended after so long has failed, and is begun anew: what it waits for may never answer. */
  readonly withinMs: number;
  /** A work that is under way when all is stopped is waited for, but not longer. */
  readonly letGoMs: number;
  onFailed(error: unknown): void;
}

export interface Repeated {
  /** Not at the next time, but now; and once more, if it is under way. */
  now(): void;
  /** Leaves no timer. */
  stop(): Promise<void>;
}

export function every({ everyMs, withinMs, letGoMs, onFailed }: Every, work: () => Promise<void>): Repeated {
  let working: Promise<void> | null = null;
  let again = false;
  const begin = () => {
    working ??= answered(withinMs, work())
      .catch(onFailed)
      .finally(() => {
        working = null;
        if (again) begin();
        again = false;
      });
  };
  const timer = setInterval(begin, everyMs);
  return {
    now() {
      // What is under way may have looked before there was anything to see.
      again = working !== null;
      begin();
    },
    async stop() {
      clearInterval(timer);
      again = false;
      if (working) await within(letGoMs, working);
    },
  };
}
