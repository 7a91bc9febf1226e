/** Results that were made elsewhere become a run: by the lines of our own scripts, or by what a tool writes of itself. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Context } from '../../context.ts';
import { invalidInput, notFound, Refusal } from '../../refusal.ts';
import { findLoadTest, type LoadTest } from '../../script/store.ts';
import { isStorable } from '../../storable.ts';
import type { Run } from '../run.ts';
import { ownRun } from './own.ts';
import { recognised } from './recognised.ts';
import { fileSource, type Source, textSource } from './source.ts';
import { takeRun } from './take.ts';
import { toldLinesRun } from './told-lines.ts';
import { takeTotals } from './told-run.ts';

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
  await using source = upload === null ? textSource(input.text ?? '') : await fileSource(upload);
  const run = await imports.turns.add(() => taken(ctx, source, fileName, test));
  if (upload !== null) await rm(upload, { force: true });
  return run;
}

async function taken(ctx: Context, source: Source, fileName: string, test: LoadTest | null): Promise<Run> {
  const known = recognised(source, ctx.frameworks);
  if (known === null) return takeRun(ctx, await ownRun(ctx, source, fileName, test));
  const { format } = known;
  if (!test) throw new Refusal('invalid_results', `${format.name} tells of no plan: say of which test these results are, and they are judged by its plan.`, { problems: [{ path: 'loadTestId', message: 'Choose the test that these results are of.' }] });
  const framework = known.framework.key;
  if (format.kind === 'lines') return takeRun(ctx, await toldLinesRun(ctx, test, { source, format, framework, fileName }));
  const { text, hash } = await wholeText(source);
  const totals = format.read(text);
  if (typeof totals === 'string') throw new Refusal('invalid_results', totals);
  return takeTotals(ctx, test, { totals, framework, fileName, format: format.name, hash });
}

/** Totals of a run are short, however long it was. */
const MOST_OF_TOTALS_BYTES = 64 * 1024 * 1024;
/** What begins another value of JSON or CSV: each takes as much memory as many bytes of a text. */
const BEGINS = new Uint8Array(256);
for (const sign of ',[{\n') BEGINS[sign.charCodeAt(0)] = 1;
const MOST_VALUES = 2_000_000;

async function wholeText(source: Source): Promise<{ readonly text: string; readonly hash: string }> {
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  let bytes = 0;
  let values = 0;
  for await (const chunk of source.bytes()) {
    bytes += chunk.length;
    for (let i = 0; i < chunk.length; i++) values += BEGINS[chunk[i] as number] as number;
    if (bytes > MOST_OF_TOTALS_BYTES || values > MOST_VALUES) throw new Refusal('invalid_results', 'This file is far too large for what it seems to be: totals of a run.');
    chunks.push(chunk);
    hash.update(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), hash: hash.digest('hex') };
}

async function givenUpload({ viewer, imports }: Context, { text, uploadId }: ImportInput) {
  if ((text === null) === (uploadId === null)) throw invalidInput('text', 'Give text or uploadId, and not both.');
  if (uploadId === null) return null;
  const upload = await imports.uploads.find(viewer.organizationId, uploadId);
  if (upload === null) throw new Refusal('not_found', 'There is no such upload on this server, or not any more: bring the file again.');
  return upload;
}

function givenName(name: string): string {
  if (isStorable(name, MAX_NAME)) return name;
  throw invalidInput('fileName', `Give a name of at most ${MAX_NAME} characters, without a NUL character.`);
}
