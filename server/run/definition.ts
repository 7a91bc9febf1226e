/** What a run ran, as it was given: the file of its script that has the hash of the definition. */
import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { addText } from '../workflow/hash-text.ts';
import type { Run } from './run.ts';
import { scriptOf } from './store.ts';

/** null: secrets were cut out of it, or its target was sent something else, so nothing kept is the whole of it. */
export async function definitionOf({ db, cipher, viewer }: Context, { id, workflowHash }: Run): Promise<string | null> {
  const script = await scriptOf(db, cipher, viewer.organizationId, id);
  const isWhole = ({ text }: { readonly text: string }) => addText(createHash('sha256'), text).digest('hex') === workflowHash;
  return script?.files.find(isWhole)?.text ?? null;
}
