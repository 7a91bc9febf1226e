/** Writes something beside a run: what was changed before it, or why it is odd. Whatever state it is in. */
import type { Context } from '../../context.ts';
import { invalidInput, notFound, Refusal } from '../../refusal.ts';
import { isStorable } from '../../storable.ts';
import { numeral } from '../../words/numeral.ts';
import type { Run } from '../run.ts';
import { findRun } from '../store.ts';
import { countNotes, insertNote } from './store.ts';

const MAX_TEXT = 2000;
const MOST_NOTES = 100;

export async function annotateRun({ db, cipher, viewer }: Context, runId: string, given: string): Promise<Run> {
  const text = given.trim();
  if (text === '') throw invalidInput('text', 'Write something first.');
  if (!isStorable(text, MAX_TEXT)) throw invalidInput('text', `Write at most ${numeral(MAX_TEXT)} characters, without a NUL character.`);
  const run = await findRun(db, cipher, viewer.organizationId, runId);
  if (!run) throw notFound('run');
  if ((await countNotes(db, run)) >= MOST_NOTES) throw new Refusal('limit_exceeded', `A run has ${MOST_NOTES} notes at most.`);
  await insertNote(db, run, text, viewer.name);
  return run;
}
