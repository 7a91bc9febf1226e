/**
 * Where the next run of a draft is made. Of a start, and not of the test: it is not saved with it. What was chosen is kept in the browser
 * beside the draft until a run was started there; without a choice it is where the newest run was made.
 */
import type { Problem } from '../graphql/answer.ts';
import { discard, store, stored } from '../plan/browser-storage.ts';
import { type Asked, askedOf, fromWhere, keptWhere, ON_THIS_SERVER, problemsOfWhere, toWhere, type Where, type WhereFields } from './where.ts';

const storageKey = (key: string) => `load-testing:where:${key}`;

export class WhereToRun {
  #chosen = $state.raw<WhereFields | null>(null);
  #newest = $state.raw<WhereFields>(ON_THIS_SERVER);
  readonly fields: WhereFields = $derived.by(() => this.#chosen ?? this.#newest);
  readonly asked: Asked = $derived(askedOf(this.fields));
  readonly input: Where = $derived(toWhere(this.fields));
  /** What cannot be read. */
  readonly problems: readonly Problem[] = $derived(problemsOfWhere(this.fields));
  /** What the server has against it before it is tried. */
  foreseen = $state.raw<readonly Problem[]>([]);
  #key = '';

  /** As the browser kept it. @param key of the draft */
  open(key: string): void {
    this.#key = key;
    this.#chosen = keptWhere(stored(storageKey(key)) ?? '');
  }

  choose(place: string): void {
    this.#choose({ ...this.fields, place });
  }

  ask(asked: Partial<Asked>): void {
    const { place, of } = this.fields;
    this.#choose({ place, of: { ...of, [place]: { ...this.asked, ...asked } } });
  }

  /** As another run was made: what was typed for other places stays. */
  chooseAs(where: Where): void {
    const { place, of } = fromWhere(where);
    this.#choose({ place, of: { ...this.fields.of, ...of } });
  }

  /** Where the newest run of the test was made. */
  follow(newest: Where): void {
    this.#newest = fromWhere(newest);
  }

  /** Inside an effect: as long as the server has it against what stands there. */
  foresee(problems: readonly Problem[]): () => void {
    this.foreseen = problems;
    return () => (this.foreseen = []);
  }

  /** The newest run tells it from here on. */
  started(): void {
    this.#newest = this.fields;
    this.#chosen = null;
    discard(storageKey(this.#key));
  }

  /** The draft has another name. */
  movedTo(key: string): void {
    discard(storageKey(this.#key));
    this.#key = key;
    if (this.#chosen !== null) this.#keep(this.#chosen);
  }

  #choose(fields: WhereFields): void {
    this.#chosen = fields;
    this.#keep(fields);
  }

  #keep(fields: WhereFields): void {
    store(storageKey(this.#key), JSON.stringify(fields));
  }
}
