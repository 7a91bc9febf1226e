import type { Client } from '@urql/core';
import { type Answer, ask } from '../graphql/answer.ts';
import type { PlanInput } from '../graphql/graphql.ts';
import { SaveLoadTest } from './operations.ts';

export interface Save {
  /** Null: a new test. */
  readonly id: string | null;
  readonly workflowId: string;
  readonly name: string;
  readonly framework: string;
  readonly plan: PlanInput;
}

export function saveTest(client: Client, { id, workflowId, name, framework, plan }: Save): Promise<Answer<{ readonly id: string }>> {
  const input = { ...(id === null ? {} : { id }), name, framework, workflow: { id: workflowId }, plan };
  return ask(client, 'mutation', SaveLoadTest, { input }, (data) => data.saveLoadTest);
}
