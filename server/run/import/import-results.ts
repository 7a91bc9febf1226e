/** Results that were made elsewhere become a run: by the lines of our own scripts, or by what a tool writes of itself. */
import type { Context } from '../../context.ts';
import { notFound, Refusal } from '../../refusal.ts';
import { findLoadTest } from '../../script/store.ts';
import { areOwnLines } from './lines.ts';
import { ownRun } from './own.ts';
import type { Run } from '../run.ts';
import { type Source, textSource, uploadSource } from './source.ts';
import { takeRun } from './take.ts';

export interface ImportInput {
  /** Of which test it is a run; null: of none. */
  readonly loadTestId: string | null;
  readonly fileName: string;
  /** Exactly one of the two. */
  readonly text: string | null;
  readonly uploadId: string | null;
}

const MAX_NAME = 200;

export async function importResults(ctx: Context, input: ImportInput): Promise<Run> {
  const { db, cipher, viewer, imports } = ctx;
  const fileName = givenName(input.fileName);
  const test = input.loadTestId === null ? null : await findLoadTest(db, cipher, viewer.organizationId, input.loadTestId);
  if (input.loadTestId !== null && !test) throw notFound('load test');
  const upload = await givenUpload(ctx, input);
  const source = upload ? await uploadSource(upload) : await textSource(input.text ?? '');
  const run = await imports.turns.add(async () => takeRun(ctx, await ownRun(ctx, recognised(source), fileName, test)));
  if (upload) await imports.uploads.remove(upload);
  return run;
}

function recognised(source: Source): Source {
  if (source.head.toString('utf8').trim() === '') throw new Refusal('invalid_results', 'This file is empty.');
  if (areOwnLines(source)) return source;
  throw new Refusal('invalid_results', 'These are no results that are known here.');
}

async function givenUpload({ viewer, imports }: Context, { text, uploadId }: ImportInput) {
  if ((text === null) === (uploadId === null)) throw invalid('text', 'Give text or uploadId, and not both.');
  if (uploadId === null) return null;
  const upload = await imports.uploads.find(viewer.organizationId, uploadId);
  if (!upload) throw new Refusal('not_found', 'There is no such upload on this server, or not any more: bring the file again.');
  return upload;
}

function givenName(name: string): string {
  if (name.length <= MAX_NAME && name.isWellFormed() && !name.includes('\0')) return name;
  throw invalid('fileName', `Give a name of at most ${MAX_NAME} characters, without a NUL character.`);
}

function invalid(path: string, message: string): Refusal {
  return new Refusal('invalid_input', message, { problems: [{ path, message }] });
}
