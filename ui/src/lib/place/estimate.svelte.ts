/** What the run will cost at the place that is chosen, and how many shards it will have, while the plan is written. */
import type { Client } from '@urql/core';
import { ask, type Problem } from '../graphql/answer.ts';
import type { PlanInput, ResultOf } from '../graphql/graphql.ts';
import { previewable } from '../plan/problems.ts';
import { EstimateCost } from './operations.ts';
import type { Where } from './where.ts';

export type Cost = Extract<ResultOf<typeof EstimateCost>['costEstimate'], { __typename: 'CostEstimate' }>;

const ASK_AFTER_MS = 300;

export class Estimate {
  /** The last one of this place: it stays while the next is being typed. */
  current = $state.raw<Cost | null>(null);
  /** Is it of what stands in the form? */
  fresh = $state(false);
  /** What the server has against what stands in the form. */
  problems = $state.raw<readonly Problem[]>([]);
  /** Why it is not known. */
  trouble = $state.raw<string | null>(null);
  #place = '';
  #asked = '';
  #answered = '';

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Inside an effect: asks a moment after the last change, once per changed plan. Null: there is nothing to ask. @param problems what the form itself finds wrong with the plan */
  follow(where: Where, plan: PlanInput, problems: readonly Problem[]): () => void {
    const able = where === null ? null : previewable(plan, problems);
    const key = able ? JSON.stringify([where, able.plan]) : '';
    this.fresh = key !== '' && key === this.#answered;
    if (key === '' || key !== this.#answered) this.problems = [];
    if (where?.place !== this.#place) this.current = null;
    this.#place = where?.place ?? '';
    if (key === this.#asked) return () => {};
    if (where === null || able === null) {
      this.#asked = '';
      return () => {};
    }
    const timer = setTimeout(() => void this.#ask(key, where, able.plan), this.#answered === '' ? 0 : ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }

  async #ask(key: string, { place, cloud }: NonNullable<Where>, plan: PlanInput): Promise<void> {
    this.#asked = key;
    const answer = await ask(this.#client, 'query', EstimateCost, { place, cloud, plan }, (data) => data.costEstimate);
    if (this.#asked !== key) return;
    this.trouble = answer.trouble?.message ?? null;
    if (answer.trouble) {
      this.#asked = '';
      return;
    }
    this.#answered = key;
    this.fresh = true;
    this.current = answer.ok ?? null;
    // What is wrong with the plan is said by its preview.
    this.problems = answer.refusal?.problems.filter(({ path }) => path === 'place' || path.startsWith('cloud')) ?? [];
  }
}
