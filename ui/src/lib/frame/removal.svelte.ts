/** A run that is to be deleted, and what became of it. What the server refuses (it goes on, it is pinned) is a sentence. */
import { ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import { DeleteRun } from './operations.ts';

export class Removal {
  /** Asked about: which run, and its time as it is shown. */
  doomed = $state.raw<{ readonly id: string; readonly time: string } | null>(null);
  asking = $state(false);
  busy = $state(false);
  problem = $state.raw<string | null>(null);

  askAbout(id: string, time: string): void {
    this.doomed = { id, time };
    this.problem = null;
    this.asking = true;
  }

  /** Whether it is gone. */
  async confirm(): Promise<boolean> {
    if (!this.doomed || this.busy) return false;
    this.busy = true;
    const answer = await ask(graphqlClient(), 'mutation', DeleteRun, { runId: this.doomed.id }, (data) => data.deleteRun);
    this.busy = false;
    const gone = answer.ok !== undefined || answer.refusal?.code === 'not_found';
    this.problem = gone ? null : ((answer.refusal ?? answer.trouble)?.message ?? null);
    return gone;
  }
}
