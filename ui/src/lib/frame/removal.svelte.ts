/** Something that is to be deleted, and what became of it. What the server refuses (a run goes on, it is pinned) is a sentence. */
import type { Answer } from '../graphql/answer.ts';

export class Removal {
  /** Asked about, and how it is called on the page. */
  doomed = $state.raw<{ readonly id: string; readonly name: string } | null>(null);
  asking = $state(false);
  busy = $state(false);
  problem = $state.raw<string | null>(null);
  readonly #remove: (id: string) => Promise<Answer<unknown>>;

  constructor(remove: (id: string) => Promise<Answer<unknown>>) {
    this.#remove = remove;
  }

  askAbout(id: string, name: string): void {
    if (this.busy) return;
    this.doomed = { id, name };
    this.problem = null;
    this.asking = true;
  }

  /** Whether it is gone. */
  async confirm(): Promise<boolean> {
    if (!this.doomed || this.busy) return false;
    this.busy = true;
    const { ok, refusal, trouble } = await this.#remove(this.doomed.id);
    this.busy = false;
    const gone = ok !== undefined || refusal?.code === 'not_found';
    this.problem = gone ? null : ((refusal ?? trouble)?.message ?? null);
    return gone;
  }
}
