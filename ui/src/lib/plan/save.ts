import type { Client } from '@urql/core';
import { type Answer, ask } from '../graphql/answer.ts';
import type { Draft } from './draft.svelte.ts';
import { SaveLoadTest } from './operations.ts';

export interface Save {
  /** Null: a new test. */
  readonly id: string | null;
  readonly workflowId: string;
  readonly name: string;
  readonly draft: Draft;
}

export function saveTest(client: Client, { id, workflowId, name, draft }: Save): Promise<Answer<{ readonly id: string }>> {
  const input = { ...(id === null ? {} : { id }), name, framework: draft.fields.framework, workflow: { id: workflowId }, plan: draft.plan };
  return ask(client, 'mutation', SaveLoadTest, { input }, (data) => data.saveLoadTest);
}
