/**
 * Where the form shows problems: each of its parts says for which path it does, for as long as it is there. A problem stands at the
 * nearest place; one that has none (it is about the definition, or its field is not shown) stands above the form.
 */
import { untrack } from 'svelte';
import type { Problem } from '../graphql/answer.ts';
import { draftOf } from './context.ts';
import { nearest } from './problems.ts';

interface Place {
  /** A group also shows what is inside of it and has no nearer place. */
  readonly kind: 'field' | 'group';
  readonly path: string;
}

export class Places {
  #all = $state.raw<readonly Place[]>([]);
  readonly #fields: ReadonlySet<string> = $derived(pathsOf(this.#all, 'field'));
  readonly #groups: ReadonlySet<string> = $derived(pathsOf(this.#all, 'group'));

  /** Inside an effect. Two parts may show the same: the values of one variable that is used twice. */
  add(place: Place): () => void {
    untrack(() => (this.#all = [...this.#all, place]));
    return () => untrack(() => (this.#all = this.#all.filter((other) => other !== place)));
  }

  /** Null: the form has none for it. */
  of(path: string): string | null {
    return nearest(path, this.#fields, this.#groups);
  }
}

const pathsOf = (places: readonly Place[], kind: Place['kind']) => new Set(places.filter((place) => place.kind === kind).map(({ path }) => path));

/** In a component: makes it the place of the problems at a path, and gives those that it is to show. */
export function problemsAt(kind: Place['kind'], path: () => string): () => readonly Problem[] {
  const draft = draftOf();
  $effect(() => draft.places.add({ kind, path: path() }));
  return () => draft.at(path());
}
