/**
 * What servers on one PostgreSQL tell each other: ids of runs, nothing else. It is told when the change is committed, and only wakes:
 * whoever hears it reads the table. What is told while a connection is down is lost; then `missed` is called as soon as it is back.
 */
import { sql } from 'drizzle-orm';
import type { Sql } from 'postgres';
import { loadTestRun } from './tables.ts';

export interface News {
  /** Something of this run was stored. */
  changed(runId: string): void;
  /** Its end was asked for. */
  stopAsked(runId: string): void;
  /** Any of them may have been lost. */
  missed(): void;
}

const CHANGED = 'load_test_run_changed';
const STOP_ASKED = 'load_test_run_stop_asked';

/** Stand among what a statement on `load_test_run` returns: each row of it is told. */
export const changedTold = sql<string>`pg_notify(${CHANGED}, ${loadTestRun.id}::text)`;
export const stopAskedTold = sql<string>`pg_notify(${STOP_ASKED}, ${loadTestRun.id}::text)`;

/** Listens until the client ends. postgres.js listens again by itself whenever its connection was lost. */
export async function listenTo(client: Sql, news: News): Promise<void> {
  const missed = () => news.missed();
  await Promise.all([client.listen(CHANGED, (id) => news.changed(id), missed), client.listen(STOP_ASKED, (id) => news.stopAsked(id), missed)]);
}
