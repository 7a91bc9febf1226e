/** A report of a stored run as one text. */
import { type Asked, written } from '../../server/report/written.ts';
import type { Run } from '../../server/run/run.ts';
import type { StoredRun } from './stored-run.ts';

export async function reportText({ ctx }: Pick<StoredRun, 'ctx'>, run: Run, file: Asked['file'], title = 'Price lookup'): Promise<string> {
  let text = '';
  for await (const part of written({ ...ctx, frameworks: [] }, run, { file, title, id: 'the id' })) text += part;
  return text;
}
