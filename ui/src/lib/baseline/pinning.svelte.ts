/** Pins a run of a saved test, or ends that. What the server refuses is a sentence. */
import { refreshAll } from '$app/navigation';
import { type Answer, ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import { text } from '../text/text.ts';
import { PinBaseline, UnpinBaseline } from './operations.ts';

export class Pinning {
  busy = $state(false);
  /** Why it was not done. */
  problem = $state.raw<string | null>(null);
  /** What was done, to be said aloud. */
  done = $state.raw('');

  /** Whether it was done. */
  pin(runId: string, reason: string): Promise<boolean> {
    return this.#ask(() => ask(graphqlClient(), 'mutation', PinBaseline, { runId, reason: reason.trim() === '' ? null : reason }, (data) => data.pinBaseline), text.baseline.pinned);
  }

  unpin(loadTestId: string): Promise<boolean> {
    return this.#ask(() => ask(graphqlClient(), 'mutation', UnpinBaseline, { loadTestId }, (data) => data.unpinBaseline), text.baseline.unpinned);
  }

  async #ask(change: () => Promise<Answer<unknown>>, done: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    this.done = '';
    try {
      const answer = await change();
      const against = answer.refusal ?? answer.trouble;
      if (against) {
        this.problem = against.message;
        return false;
      }
      await refreshAll();
      this.done = done;
      return true;
    } finally {
      this.busy = false;
    }
  }
}
