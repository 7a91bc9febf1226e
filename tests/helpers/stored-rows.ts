/** All interval rows of a small run: of a long one they do not fit into memory. */
import type { Db } from '../../server/db/client.ts';
import { rowsAfterInParts, type StoredRow } from '../../server/metrics/store.ts';

export async function storedRows(db: Db, organizationId: string, runId: string, afterSequence = 0): Promise<StoredRow[]> {
  const all: StoredRow[] = [];
  for await (const rows of rowsAfterInParts(db, organizationId, runId, afterSequence)) all.push(...rows);
  return all;
}
