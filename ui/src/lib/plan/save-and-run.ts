/** Runs the plan as it stands in a draft: saved first, where it is not. */
import type { Client } from '@urql/core';
import type { Answer } from '../graphql/answer.ts';
import { startRun } from '../run/start.ts';
import { rememberAcknowledged } from './acknowledged.ts';
import { type Draft, testDraftKey } from './draft.svelte.ts';
import { nameOf } from './name.ts';
import { saveTest } from './save.ts';

export interface Where {
  readonly workflowId: string;
  /** Null: a new test. */
  readonly loadTestId: string | null;
}

/** The draft is then the one of the saved test. */
export async function saveDraft(client: Client, draft: Draft, { workflowId, loadTestId }: Where): Promise<Answer<{ readonly id: string }>> {
  const { text: sent, plan, fields } = draft;
  const answer = await saveTest(client, { id: loadTestId, workflowId, name: nameOf(draft), framework: fields.framework, plan });
  if (answer.ok) draft.savedAs(testDraftKey(answer.ok.id), sent);
  return answer;
}

/** @returns the saved test, null: it could not be saved; and the run, or what is against it */
export async function saveAndRun(client: Client, draft: Draft, where: Where): Promise<{ readonly savedId: string | null; readonly answer: Answer<{ readonly id: string }> }> {
  const { plan, acknowledged, other, where: place } = draft;
  const [unreadable] = place.problems;
  if (unreadable) return { savedId: null, answer: { refusal: { code: 'invalid_input', message: unreadable.message, problems: place.problems, effectsHash: null } } };
  const saved = where.loadTestId !== null && !draft.changed ? { ok: { id: where.loadTestId } } : await saveDraft(client, draft, where);
  if (!saved.ok) return { savedId: null, answer: saved };
  if (acknowledged !== null) rememberAcknowledged(acknowledged);
  const answer = await startRun(client, { loadTestId: saved.ok.id, plan, acknowledgedEffects: acknowledged, compareWith: other.input, where: place.input });
  if (answer.ok) place.started();
  return { savedId: saved.ok.id, answer };
}
