/** What is read of a run in several statements. */
import type { Db } from '../../db/client.ts';
import type { Run } from '../run.ts';
import { foldedUntil } from './store.ts';

/** Again, when the run was folded in between: then a part of it may have been seen twice, or not at all. @param read begins anew each time */
export async function steadily<T>(db: Db, run: Pick<Run, 'organizationId' | 'id'>, read: () => Promise<T>): Promise<T> {
  for (let before = await foldedUntil(db, run); ; ) {
    const result = await read();
    const after = await foldedUntil(db, run);
    if (after === before) return result;
    before = after;
  }
}
