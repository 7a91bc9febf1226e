/**
 * A run belongs to this server while its lease is renewed. By its own clock the server gives a run up before the database
 * may give it to another one: then it ends the load and writes no more.
 */
import { LostRun } from './lost-run.ts';
import { LEASE_SECONDS } from './store.ts';

/** Left for ending the load, before another server may take the run. */
const MARGIN_MS = 5000;
const HELD_MS = LEASE_SECONDS * 1000 - MARGIN_MS;

interface Held {
  renewedAt: number;
  readonly lost: AbortController;
}

export class Leases {
  readonly #held = new Map<string, Held>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get ids(): string[] {
    return [...this.#held.keys()];
  }

  /** `since`: when it was asked for, by the clock. Aborted, with a LostRun as its reason, when the run is lost. */
  hold(id: string, since = this.#now()): AbortSignal {
    const lost = new AbortController();
    this.#held.set(id, { renewedAt: since, lost });
    return lost.signal;
  }

  release(id: string): void {
    this.#held.delete(id);
  }

  /** `renew` says which of these runs are still ours. What counts is when it was asked, not when it was answered. */
  async renew(renew: (ids: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
    const askedAt = this.#now();
    const asked = new Map(this.#held);
    if (asked.size === 0) return;
    const ours = await renew([...asked.keys()]);
    for (const [id, held] of asked) {
      // An answer that comes late, after that of a later asking, does not set it back.
      if (ours.has(id)) held.renewedAt = Math.max(held.renewedAt, askedAt);
      else held.lost.abort(new LostRun());
    }
  }

  /** Gives up what could not be renewed in time. */
  giveUpLate(): void {
    for (const { renewedAt, lost } of this.#held.values()) {
      if (this.#now() - renewedAt > HELD_MS) lost.abort(new LostRun(`The database could not be reached for ${HELD_MS / 1000} s, so this server gave the run up.`));
    }
  }
}
