/** The places of this server besides itself: which there are, and, once it was asked, whether each can be used. Known for the whole panel. */
import { ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import { text } from '../text/text.ts';
import { Places, PlacesNow } from './operations.ts';
import { HERE } from './where.ts';

export type Place = ResultOf<typeof Places>['cloudProviders'][number];

class KnownPlaces {
  /** Null: not known yet. */
  all = $state.raw<readonly Place[] | null>(null);
  /** Why each cannot be used, by its key; null: it can. Of one that is not in it nothing is known yet. */
  #problems = $state.raw<ReadonlyMap<string, string | null>>(new Map());
  /** It is being asked whether they can be used. */
  asking = $state(false);
  /** Why that is not known. */
  trouble = $state.raw<string | null>(null);
  #knowing: Promise<void> | null = null;

  of(key: string): Place | null {
    return this.all?.find((place) => place.key === key) ?? null;
  }

  /** undefined: not known yet. */
  problemOf(key: string): string | null | undefined {
    return this.#problems.get(key);
  }

  nameOf(key: string): string {
    if (key === 'imported') return text.run.place(key);
    return key === HERE ? text.place.here : (this.of(key)?.name ?? key);
  }

  /** Names and what they are: nothing is asked twice. */
  know(): Promise<void> {
    this.#knowing ??= this.#know();
    return this.#knowing;
  }

  /** What is known stays until the answer is there. */
  async look(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const [, answer] = await Promise.all([this.know(), ask(graphqlClient(), 'query', PlacesNow, {}, (data) => ({ __typename: 'Answer', all: data.cloudProviders }))]);
    this.asking = false;
    this.trouble = answer.trouble?.message ?? null;
    if (answer.ok) this.#problems = new Map(answer.ok.all.map(({ key, problem }) => [key, problem]));
  }

  async #know(): Promise<void> {
    const answer = await ask(graphqlClient(), 'query', Places, {}, (data) => ({ __typename: 'Answer', all: data.cloudProviders }));
    if (answer.ok) this.all = answer.ok.all;
    else this.#knowing = null;
  }
}

export const places = new KnownPlaces();
