/** The runs that were asked for at once with one, kept up to date while some of them are to come. */
import { whileSeen } from '../frame/while-seen.ts';
import { ask } from '../graphql/answer.ts';
import { graphqlClient } from '../graphql/client.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import { RunGroup, type RunHead } from './operations.ts';
import { isSettled } from './state.ts';

export type Repeat = NonNullable<ResultOf<typeof RunHead>['loadTestRun']>['repeat'];

export class Group {
  /** null: it was asked for alone. */
  repeat = $state.raw<Repeat>(null);
  readonly goesOn: boolean = $derived.by(() => this.repeat?.runs.some(({ state }) => !isSettled(state)) ?? false);
  readonly #runId: string;

  constructor(runId: string, repeat: Repeat) {
    this.#runId = runId;
    this.repeat = repeat;
  }

  /** Inside an effect. */
  watch(): () => void {
    return this.goesOn ? whileSeen(() => this.#look()) : () => {};
  }

  async #look(): Promise<void> {
    const answer = await ask(graphqlClient(), 'query', RunGroup, { id: this.#runId }, (data) => data.loadTestRun);
    if (answer.ok) this.repeat = answer.ok.repeat;
  }
}
