/** Two sides that are compared by the server: what it found, or why it refused. */
import { ask, type Refusal, type Trouble } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import { CompareRuns } from './operations.ts';
import type { Sides } from './sides.ts';

export type Found = Extract<ResultOf<typeof CompareRuns>['comparison'], { __typename: 'Comparison' }>;

export class Comparing {
  asking = $state(true);
  found = $state.raw<Found | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  readonly #sides: Sides;

  constructor(sides: Sides) {
    this.#sides = sides;
  }

  /** Differences that refuse a comparison can be accepted; two models, or a run that measured nothing, cannot. */
  readonly acceptable: boolean = $derived.by(() => this.refusal?.code === 'not_comparable' && this.refusal.problems.length > 0);

  async ask(acceptDifferences: boolean): Promise<void> {
    this.asking = true;
    this.trouble = null;
    const { baselineRunIds, runIds } = this.#sides;
    const answer = await ask(graphqlClient(), 'query', CompareRuns, { baselineRunIds: [...baselineRunIds], runIds: [...runIds], acceptDifferences }, (data) => data.comparison);
    this.asking = false;
    this.found = answer.ok ?? null;
    this.refusal = answer.refusal ?? null;
    this.trouble = answer.trouble ?? null;
  }
}
