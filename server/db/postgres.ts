/** A pool of connections to a PostgreSQL, and another one in its place when it is silent: whatever waits in it fails as with a database that is away. */
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Database, Db } from './client.ts';
import { listenTo, type News } from './notify.ts';
import { whenSilent } from './silence.ts';
import * as tables from './tables.ts';

/**
 * A server that stands still, or whose machine lost its power, would hold for hours what it had begun to change, and others must settle its
 * runs. Not sooner than they may: as long as a lease. One that goes on within its lease must find its transaction as it was, for postgres.js
 * 3.4 takes it badly when one is ended (its issues 1133 and 1208). Each transaction says so itself, before it changes anything: a pooler in
 * between refuses connections that bring such a setting (PgBouncer), or hands on what one of them has set.
 */
const IDLE_IN_TRANSACTION_MS = 30_000;
const NOT_IDLE_FOR_LONG = sql.raw(`set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`);

/** @param everyMs how often it is asked whether it is there; left out: the default */
export function connectPostgres(url: string, everyMs?: number): Pick<Database, 'db' | 'listen' | 'close'> {
  let pool = open(url);
  let news: News | null = null;
  /** Of this pool what others tell is not heard yet. */
  let unheard = false;

  function replace(): void {
    const silent = pool;
    pool = open(url);
    unheard = news !== null;
    void silent.end(0);
  }

  async function hear(): Promise<void> {
    if (!unheard || !news) return;
    unheard = false;
    // One that could not listen never will.
    await listenTo(pool.client, news).catch(replace);
  }

  const transaction: Db['transaction'] = (work, config) =>
    pool.db.transaction(async (tx) => {
      await tx.execute(NOT_IDLE_FOR_LONG);
      return work(tx);
    }, config);

  const beat = whenSilent(() => hear().then(() => pool.asked`select 1`), replace, everyMs);
  return {
    db: new Proxy({} as Db, {
      get(_, key) {
        if (key === 'transaction') return transaction;
        const value: unknown = Reflect.get(pool.db, key);
        return typeof value === 'function' ? value.bind(pool.db) : value;
      },
    }),
    listen(heard) {
      news = heard;
      return listenTo(pool.client, heard);
    },
    async close() {
      beat[Symbol.dispose]();
      await pool.end(5);
    },
  };
}

function open(url: string) {
  const connect = (max: number) => postgres(url, { max, connect_timeout: 5, backoff: () => 1, onnotice: () => {}, connection: { application_name: 'load-testing' } });
  const client = connect(10);
  // A connection of its own, made when the others are: of the pool it would get a new one, which answers, while the old ones are silent.
  const asked = connect(1);
  return {
    client,
    asked,
    db: drizzle(client, { schema: tables }),
    async end(seconds: number) {
      await Promise.all([client, asked].map((each) => each.end({ timeout: seconds })));
    },
  };
}
