/**
 * Intervals in a hypertable, compressed when they are some days old, where TimescaleDB is; plain tables elsewhere, and the same statements on both. It never deletes by age: a chunk
 * holds intervals of all organizations, and of pinned runs.
 */

export type Statement = (statement: string) => Promise<readonly object[]>;

/** A chunk is looked into by each question about a run. */
const CHUNK_DAYS = 30;
const COMPRESSED_AFTER_DAYS = 7;

/** Bears a second time. @returns how the intervals are kept, where that is to be told; null: TimescaleDB is not on this server. */
export async function useTimescale(ask: Statement): Promise<string | null> {
  const [there] = await ask("select 1 from pg_available_extensions where name = 'timescaledb'");
  if (!there) return null;
  try {
    await ask('create extension if not exists timescaledb');
    const known = "from timescaledb_information.hypertables where hypertable_schema = 'public' and hypertable_name = 'performance_metric'";
    if ((await ask(`select 1 ${known}`)).length === 0)
      await ask(`select create_hypertable('performance_metric', 'at', chunk_time_interval => interval '${CHUNK_DAYS} days', migrate_data => true, create_default_indexes => false)`);
    if ((await ask(`select 1 ${known} and compression_enabled`)).length === 0)
      await ask("alter table performance_metric set (timescaledb.compress, timescaledb.compress_segmentby = 'run_id', timescaledb.compress_orderby = 'at, sequence')");
    await ask(`select add_compression_policy('performance_metric', compress_after => interval '${COMPRESSED_AFTER_DAYS} days', if_not_exists => true)`);
    return 'with TimescaleDB';
  } catch (error) {
    return `with TimescaleDB, which could not be used in full: ${(error as Error).message}`;
  }
}
