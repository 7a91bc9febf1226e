/** What the server has against the plan: the last try to save or to run it, and what its preview foresees. */
import type { Problem, Refusal, Trouble } from '../graphql/answer.ts';
import { atField } from './problems.ts';

/** What stands at a path now, as a text. `otherwise`: for a path that is none of the form. */
type HeldAt = (path: string, otherwise: string) => string;

export class Refusals {
  /** The last one as a whole. */
  last = $state.raw<Refusal | null>(null);
  /** The server could not be reached, or failed. */
  trouble = $state.raw<Trouble | null>(null);
  readonly #tried: Standing;
  readonly #foreseen: Standing;
  /** Each stays until its field is changed. */
  readonly problems: readonly Problem[] = $derived.by(() => {
    const tried = this.#tried.problems;
    return [...tried, ...this.#foreseen.problems.filter(({ path, message }) => !tried.some((other) => other.path === path && other.message === message))];
  });

  /** @param all what stands in the whole form, as a text */
  constructor(heldAt: HeldAt, all: () => string) {
    // What is said of no field may be cured by any change; the preview then says it again.
    this.#tried = new Standing((path) => heldAt(path, all()));
    this.#foreseen = new Standing((path) => heldAt(path, ''));
  }

  /** As a whole, and at its fields. What is wrong with a script is in its files, not in a field. */
  refuse(refusal: Refusal): void {
    this.last = refusal;
    if (refusal.code !== 'invalid_script') this.#tried.set(refusal.problems);
  }

  refuseFields(problems: readonly Problem[]): void {
    this.#tried.set(problems);
  }

  /** @param refusal of the preview; null: it has nothing against the plan */
  foresee(refusal: Refusal | null): void {
    const whole = refusal === null ? [] : [{ path: '', message: refusal.message }];
    this.#foreseen.set(refusal?.problems.length ? refusal.problems : whole);
  }

  /** Nothing is left of a refusal once all the fields that it named were changed. */
  readonly standing: Refusal | null = $derived.by(() => {
    const { last } = this;
    const ofFields = last !== null && last.code !== 'invalid_script' && last.problems.length > 0;
    return ofFields && this.#tried.problems.length === 0 ? null : last;
  });

  forgive(): void {
    this.last = null;
    this.trouble = null;
    this.#tried.set([]);
    this.#foreseen.set([]);
  }
}

class Standing {
  #found = $state.raw<readonly { readonly problem: Problem; readonly held: string }[]>([]);
  readonly #heldAt: (path: string) => string;
  readonly problems: readonly Problem[] = $derived.by(() => this.#found.filter(({ problem, held }) => this.#heldAt(problem.path) === held).map(({ problem }) => problem));

  constructor(heldAt: (path: string) => string) {
    this.#heldAt = heldAt;
  }

  /** These take the place of those before. */
  set(problems: readonly Problem[]): void {
    this.#found = problems.map((given) => {
      const problem = atField(given);
      return { problem, held: this.#heldAt(problem.path) };
    });
  }
}
