/** Dumps the schema as the migrations make it into `migrations/schema.sql`, which is committed: a test compares the two. */
import { writeFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase } from './client.ts';

/** Tables, constraints and indexes in a fixed order, the same from every PostgreSQL. */
export async function dumpSchema({ db }: Pick<Database, 'db'>): Promise<string> {
  const columns = await lines(db, sql`
    select format('    %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then ' not null' else '' end,
      coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line, c.relname as name
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`);
  const constraints = await lines(db, sql`
    select format('    constraint %I %s', con.conname, pg_get_constraintdef(con.oid)) as line, c.relname as name
    from pg_constraint con
    join pg_class c on c.oid = con.conrelid and c.relnamespace = 'public'::regnamespace
    where con.contype in ('p', 'u', 'f', 'c')
    order by c.relname, con.contype desc, con.conname`);
  const indexes = await lines(db, sql`
    select indexdef || ';' as line, tablename as name
    from pg_indexes i
    where schemaname = 'public' and not exists (select from pg_constraint con where con.conname = i.indexname)
    order by tablename, indexname`);
  const tables = [...new Set(columns.map(({ name }) => name))];
  const of = (list: readonly Line[], table: string) => list.filter(({ name }) => name === table).map(({ line }) => line);
  return tables
    .map((table) => `create table ${table} (\n${[...of(columns, table), ...of(constraints, table)].join(',\n')}\n);\n${of(indexes, table).map((line) => `${line}\n`).join('')}`)
    .join('\n');
}

interface Line {
  readonly line: string;
  readonly name: string;
}

async function lines(db: Database['db'], query: ReturnType<typeof sql>): Promise<Line[]> {
  // PGlite answers {rows}, postgres.js an array.
  const result = (await db.execute(query)) as unknown as Line[] | { rows: Line[] };
  return Array.isArray(result) ? [...result] : result.rows;
}

if (import.meta.main) {
  const database = await openDatabase({ memory: true });
  await writeFile(new URL('../../migrations/schema.sql', import.meta.url), await dumpSchema(database));
  await database.close();
}
