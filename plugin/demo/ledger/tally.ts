/** Counts of requests, all or those of one name. */
import type { Counts, Ending } from '../truth.ts';

export class Tally {
  received = 0;
  cold = 0;
  answered = 0;
  cut = 0;
  aborted = 0;
  executed = 0;
  bodyBytes = 0;
  readonly #statuses: Record<string, number> = {};

  end(ending: Ending, status: number | null): void {
    this[ending] += 1;
    if (ending === 'answered' && status !== null) this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }

  counts(): Counts {
    const { received, cold, answered, cut, aborted, executed, bodyBytes } = this;
    return { received, cold, answered, cut, aborted, inFlight: received - answered - cut - aborted, executed, statuses: { ...this.#statuses }, bodyBytes };
  }
}
