/** Two sides that are compared by the server: what it found, or why it refused. */
import { ask, type Refusal, type Trouble, troubleOf } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import { CompareRuns, RepeatedRuns } from './operations.ts';
import { type Side, type Sides, sidesOf } from './sides.ts';

export type Found = Extract<ResultOf<typeof CompareRuns>['comparison'], { __typename: 'Comparison' }>;

export class Comparing {
  asking = $state(true);
  found = $state.raw<Found | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  sides = $state.raw<Sides | null>(null);
  readonly #baseline: Side;
  readonly #run: Side;
  readonly #loadTestId: string | null;

  /** @param baseline the same as the run: the two definitions that it alternated */
  constructor(baseline: Side, run: Side, loadTestId: string | null) {
    this.#baseline = baseline;
    this.#run = run;
    this.#loadTestId = loadTestId;
  }

  /** Differences that refuse a comparison can be accepted; two models, or a run that measured nothing, cannot. */
  readonly acceptable: boolean = $derived.by(() => this.refusal?.code === 'not_comparable' && this.refusal.problems.length > 0);

  async ask(acceptDifferences: boolean): Promise<void> {
    this.asking = true;
    this.trouble = null;
    const sides = this.sides ?? (await this.#findSides());
    if (sides === null) {
      this.asking = false;
      return;
    }
    this.sides = sides;
    const { baselineRunIds, runIds } = sides;
    const answer = await ask(graphqlClient(), 'query', CompareRuns, { baselineRunIds: [...baselineRunIds], runIds: [...runIds], acceptDifferences }, (data) => data.comparison);
    this.asking = false;
    this.found = answer.ok ?? null;
    this.refusal = answer.refusal ?? null;
    this.trouble = answer.trouble ?? null;
  }

  /** null: the server could not be asked, and the trouble is told. */
  async #findSides(): Promise<Sides | null> {
    const [baseline, run] = [this.#baseline, this.#run];
    if (baseline.id === run.id || this.#loadTestId === null || (baseline.repeatGroup === null && run.repeatGroup === null)) return { baselineRunIds: [baseline.id], runIds: [run.id] };
    const { data, error } = await graphqlClient().query(RepeatedRuns, { loadTestId: this.#loadTestId }, { requestPolicy: 'network-only' }).toPromise();
    if (error) this.trouble = troubleOf(error);
    return data ? sidesOf(baseline, run, data.loadTestRuns.edges.map(({ node }) => node)) : null;
  }
}
