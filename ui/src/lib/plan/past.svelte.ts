/** What the last runs of a test measured, asked for when the form has a use for it. It helps to fill in the form; without it, the form does as well. */
import type { Client } from '@urql/core';
import { SvelteMap } from 'svelte/reactivity';
import { ask } from '../graphql/answer.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { samePlan } from '../run/same-plan.ts';
import type { Pace } from './judgeable.ts';
import { hasRequestName, type ObjectiveFields } from './objective.ts';
import { LastRuns, PastValues } from './operations.ts';
import { lastValues } from './suggestion.ts';

/** Enough for five that can be compared, where some did not come to their end. */
const LAST = 20;

export type Measured = Pick<ObjectiveFields, 'metric' | 'statistic' | 'requestName'>;

export class PastFigures {
  /** Null: no run has told. */
  pace = $state.raw<Pace | null>(null);
  /** The plan of the last run; null: there is none. */
  #plan = $state.raw<PlanInput | null>(null);
  readonly #values = new SvelteMap<string, readonly number[]>();
  readonly #client: Client;
  readonly #loadTestId: string | null;

  constructor(client: Client, loadTestId: string | null) {
    this.#client = client;
    this.#loadTestId = loadTestId;
    if (loadTestId !== null) void this.#askPace(loadTestId);
  }

  /** Of the steady part of the last runs that are comparable with each other, the latest last; empty: none is known. */
  valuesOf(measured: Measured): readonly number[] {
    return this.#values.get(keyOf(measured)) ?? [];
  }

  /** Inside an effect. */
  need(measured: Measured): void {
    if (this.#loadTestId !== null && !this.#values.has(keyOf(measured))) void this.#askValues(this.#loadTestId, measured);
  }

  /** Was it measured under another load, or elsewhere, than the plan says now? */
  isOfAnother(plan: PlanInput): boolean {
    // Objectives judge what was measured, and change nothing of it.
    return this.#plan !== null && !samePlan({ ...this.#plan, objectives: null }, { ...plan, objectives: null });
  }

  async #askPace(loadTestId: string): Promise<void> {
    const { ok } = await ask(this.#client, 'query', LastRuns, { loadTestId, first: LAST }, (data) => data.loadTestRuns);
    const runs = ok?.edges.map(({ node }) => node) ?? [];
    const told = runs.find(({ state, steady }) => state === 'FINISHED' && steady?.latency && !steady.latency.atLeast.includes('meanMs'));
    this.pace = told?.steady?.latency ? { meanMs: told.steady.latency.meanMs } : null;
    this.#plan = (runs[0]?.plan as PlanInput | undefined) ?? null;
  }

  async #askValues(loadTestId: string, measured: Measured): Promise<void> {
    const key = keyOf(measured);
    // Asked once.
    this.#values.set(key, []);
    const { ok } = await ask(this.#client, 'query', PastValues, { loadTestId, ...partsOf(measured), last: LAST }, (data) => data.trend);
    if (ok) this.#values.set(key, lastValues(ok.points));
  }
}

const partsOf = ({ metric, statistic, requestName }: Measured) => ({
  metric,
  statistic: metric === 'latency' ? statistic : null,
  requestName: hasRequestName(metric) && requestName !== '' ? requestName : null,
});
const keyOf = (measured: Measured): string => JSON.stringify(partsOf(measured));
