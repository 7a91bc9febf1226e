/** The shards of a run that is watched, as they were told last: asked for again and again while it goes on. */
import { whileSeen } from '../frame/while-seen.ts';
import { ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import { type FleetOfRun, WatchFleet } from './operations.ts';
import { places } from './places.svelte.ts';

export type Fleet = ResultOf<typeof FleetOfRun>;

export class WatchedFleet {
  told = $state.raw<Fleet>() as Fleet;
  readonly #runId: string;
  /** How late what is shown is, as a rule; null: it is not known, or not late. */
  readonly lagMs: number | null = $derived(this.isInShards ? (places.of(this.told.place)?.lagMs ?? null) : null);

  constructor(runId: string, told: Fleet) {
    this.#runId = runId;
    this.told = told;
  }

  get isInShards(): boolean {
    return this.told.cloud !== null;
  }

  /** Inside an effect. */
  watch(): () => void {
    if (!this.isInShards) return () => {};
    void places.know();
    void this.#look();
    return whileSeen(() => this.#look());
  }

  async #look(): Promise<void> {
    const answer = await ask(graphqlClient(), 'query', WatchFleet, { id: this.#runId }, (data) => data.loadTestRun);
    if (answer.ok) this.told = answer.ok;
  }
}
