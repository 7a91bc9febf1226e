/** Starts a run of a saved test, with the values that were typed for its variables in this tab. */
import type { Client } from '@urql/core';
import { type Answer, ask } from '../graphql/answer.ts';
import type { WorkflowInput } from '../graphql/graphql.ts';
import type { Where } from '../place/where.ts';
import { environment } from './environment.svelte.ts';
import { StartRun } from './operations.ts';
import { variablesOf } from './variables.ts';

export interface Start {
  readonly loadTestId: string;
  /** In `PlanInput`'s shape: names the variables. */
  readonly plan: unknown;
  /** The hash of the list of effects that the user agreed to; null: the server knows whether it is needed. */
  readonly acknowledgedEffects: string | null;
  /** So many runs of it, one after the other; the first is given. */
  readonly repeat?: number;
  /** The definition that iterations alternate with. */
  readonly compareWith?: WorkflowInput | null;
  /** Left out, or null: by one process of the server itself. */
  readonly where?: Where;
}

export function startRun(client: Client, start: Start): Promise<Answer<{ readonly id: string }>> {
  const input = {
    loadTestId: start.loadTestId,
    environment: environment.take(variablesOf(start.plan)),
    ...(start.acknowledgedEffects === null ? {} : { acknowledgedEffects: start.acknowledgedEffects }),
    ...(start.compareWith == null ? {} : { compareWith: start.compareWith }),
    ...(start.where ?? {}),
    ...(start.repeat === undefined ? {} : { repeat: start.repeat }),
  };
  return ask(client, 'mutation', StartRun, { input }, (data) => data.startRun);
}
