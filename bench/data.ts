/**
 * What is asked of a database after years: ten thousand runs, ten million intervals, on the PostgreSQL of DATABASE_URL (in a database of its own, some gigabytes, for some minutes). The same questions
 * are asked of it while it is small. And what folding an old run spares and takes. A limit that is missed is told, and the exit code is 1.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { openDatabase } from '../server/db/client.ts';
import { loadTestRun, performanceMetric } from '../server/db/tables.ts';
import { executionRows } from '../server/metrics/store.ts';
import { capacityOfRun } from '../server/run/capacity.ts';
import { foldOld } from '../server/run/keep/fold-old.ts';
import { nextToFold } from '../server/run/keep/store.ts';
import { runPoints } from '../server/run/points.ts';
import { removeRun } from '../server/run/remove.ts';
import { listRuns } from '../server/run/store.ts';
import { insertLoadTest } from '../server/script/store.ts';
import { databaseUrl } from '../tests/helpers/places.ts';
import { storedRun, testPlan } from '../tests/helpers/stored-run.ts';

const RUNS = 10_000;
/** Enough for a full page of each kind. */
const SMALL = 400;
/** Of each run; two rows in each. */
const SECONDS = 500;
const TESTS = 5;
const TIMES = 15;
/** A question may take so many times as long as of few runs. To read all of a run takes its time whatever else there is: half a thousand histograms. */
const LIMITS = { ratio: 3, ms: 100, wholeMs: 500, foldedTimes: 3, foldMs: 3000 } as const;

if (!databaseUrl) {
  console.log('DATABASE_URL is not set: skipped');
  process.exit();
}
const name = `load_testing_bench_${randomBytes(4).toString('hex')}`;
const admin = postgres(databaseUrl, { max: 1, onnotice: () => {} });
await admin.unsafe(`create database ${name}`);
const url = new URL(databaseUrl);
url.pathname = `/${name}`;
const database = await openDatabase({ url: url.href });
const { db } = database;
const missed: string[] = [];
const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(0)} s`;

const plan = testPlan({ load: { preset: { key: 'breakpoint', users: 20, durationMs: SECONDS * 1000 } } });
const model = await storedRun(database, plan);
for (let second = 0; second < SECONDS; second++) {
  for (let i = 0; i < 20; i++) model.add(second * 1000 + 500 + i, { durationMs: 10 + ((second * 7 + i * 13) % 50) });
  model.line({ kind: 'gauge', atMicros: (second + 0.98) * 1e6, users: 20, inFlight: 3, iterationsStarted: (second + 1) * 20, dropped: 0, lagMs: 1.25 });
  await model.close(second + 1);
}
await model.settle();
const { ctx } = model;
const tests = await Promise.all(Array.from({ length: TESTS }, (_, i) => insertLoadTest(db, ctx.cipher, 'north', 'ada', { workflowId: null, name: `Test ${i}`, framework: 'locust', definition: '{}', workflowHash: 'a'.repeat(64), plan, planHash: model.plan.hash })));

/** So many runs more, each as the model; an hour between one and the next, up to now. */
async function multiply(runs: number): Promise<void> {
  const columns = (table: string, changed: Record<string, string>) =>
    db.execute(sql.raw(`select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as all from information_schema.columns where table_schema = 'public' and table_name = '${table}' and column_name not in (${Object.keys(changed).map((each) => `'${each}'`).join(', ')})`)).then((rows) => ({ same: String((rows as unknown as { all: string }[])[0]?.all), names: Object.keys(changed).join(', '), values: Object.values(changed).join(', ') }));
  const created = 'now() - made.i * interval \'1 hour\'';
  const ofRun = await columns('load_test_run', { id: 'gen_random_uuid()', load_test_id: `(array[${tests.map(({ id }) => `'${id}'`).join(', ')}]::uuid[])[1 + made.i % ${TESTS}]`, workflow_id: `'wf-' || made.i % ${TESTS}`, created_at: created, finished_at: created, repeat_group: "'00000000-0000-0000-0000-000000000001'" });
  await db.execute(sql.raw(`insert into load_test_run (${ofRun.same}, ${ofRun.names}) select ${ofRun.same}, ${ofRun.values} from load_test_run, generate_series(1, ${runs}) as made(i) where id = '${model.id}'`));
  const ofMetric = await columns('performance_metric', { run_id: 'run_of.id' });
  const key = ['alter table performance_metric add constraint performance_metric_key primary key (run_id, at, phase, kind, name, shard, sequence)', 'alter table performance_metric add constraint performance_metric_run_id_load_test_run_id_fk foreign key (run_id) references load_test_run(id) on delete cascade', 'create index performance_metric_tail on performance_metric (run_id, sequence)'];
  // Kept up row by row they would take most of an hour.
  for (const each of ['alter table performance_metric drop constraint performance_metric_key', 'alter table performance_metric drop constraint performance_metric_run_id_load_test_run_id_fk', 'drop index performance_metric_tail']) await db.execute(sql.raw(each));
  // Kept aside: to read it in the table that is being filled would take longer with each run.
  await db.execute(sql.raw(`with model as materialized (select * from performance_metric where run_id = '${model.id}') insert into performance_metric (${ofMetric.same}, run_id) select ${ofMetric.same.split(', ').map((column) => `model.${column}`).join(', ')}, run_of.id from (select id from load_test_run where repeat_group = '00000000-0000-0000-0000-000000000001') as run_of, model`));
  for (const each of key) await db.execute(sql.raw(each));
  await db.execute(sql`update load_test_run set repeat_group = null where repeat_group is not null`);
  await db.execute(sql`vacuum analyze`);
}

async function best(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  return Math.min(...times);
}

type Question = readonly [what: string, ask: () => Promise<unknown>, mostMs?: number];
async function questions(): Promise<Question[]> {
  const list = (more: object) => listRuns(db, ctx.cipher, 'north', { limit: 51, ...more });
  const [middle] = await db.select({ createdAt: loadTestRun.createdAt, id: loadTestRun.id }).from(loadTestRun).orderBy(loadTestRun.createdAt).limit(1).offset(Math.floor((await db.$count(loadTestRun)) / 2));
  const run = await model.run();
  return [
    ['a page of runs', () => list({})],
    ['a page from the middle of all', () => list({ before: middle })],
    ['a page of one test', () => list({ loadTestId: tests[1]?.id })],
    ['a page of one workflow', () => list({ workflowId: 'wf-1' })],
    ['the points of a run', () => runPoints(ctx, run, null, null), LIMITS.wholeMs],
    ['the rows of its executions', () => executionRows(db, 'north', run.id)],
    ['its capacity', () => capacityOfRun(ctx, run), LIMITS.wholeMs],
    ['whether there is something to fold', () => nextToFold(db, ctx.cipher, { days: 100_000, daysOf: {} }, [])],
    ['what is to be folded next', () => nextToFold(db, ctx.cipher, { days: 90, daysOf: { south: 7 } }, [])],
  ];
}

const bytesOf = async (id: string) => Number(((await db.execute(sql`select sum(pg_column_size(m.*)) as bytes from ${performanceMetric} m where m.run_id = ${id}`)) as unknown as { bytes: string }[])[0]?.bytes);

try {
  await multiply(SMALL);
  const few = new Map<string, number>();
  for (const [what, ask] of await questions()) few.set(what, await best(ask));
  const from = performance.now();
  await multiply(RUNS);
  console.log(`${await db.$count(loadTestRun)} runs and ${await db.$count(performanceMetric)} intervals, made in ${seconds(from)}`);
  for (const [what, ask, mostMs = LIMITS.ms] of await questions()) {
    const [small, large] = [few.get(what) ?? 0, await best(ask)];
    console.log(`${what}: ${large.toFixed(1)} ms, ${(large / small).toFixed(2)} x what it takes of ${SMALL} runs`);
    // What takes no time to speak of may take several times as long.
    if (large > mostMs || (large > 5 && large > LIMITS.ratio * small)) missed.push(`MISSED: ${what} takes ${large.toFixed(1)} ms, ${(large / small).toFixed(2)} x; at most ${mostMs} ms and ${LIMITS.ratio} x`);
  }

  const [before, rows] = [await bytesOf(model.id), await db.$count(performanceMetric, eq(performanceMetric.runId, model.id))];
  await db.update(loadTestRun).set({ finishedAt: sql`now() - interval '10 years'` }).where(eq(loadTestRun.id, model.id));
  const folding = performance.now();
  await foldOld({ db, cipher: ctx.cipher, keep: { days: 3000, daysOf: {} }, log: { error: (fields, message) => console.error(message, fields) } }, new AbortController().signal);
  const foldMs = performance.now() - folding;
  const [after, left] = [await bytesOf(model.id), await db.$count(performanceMetric, eq(performanceMetric.runId, model.id))];
  console.log(`a run of ${SECONDS} s folded: ${foldMs.toFixed(0)} ms, ${rows} rows of ${before} bytes to ${left} of ${after}: ${(before / after).toFixed(1)} times less`);
  if (!(before / after >= LIMITS.foldedTimes)) missed.push(`MISSED: folding leaves ${after} of ${before} bytes, at most a ${LIMITS.foldedTimes}rd is asked for`);
  if (!(foldMs <= LIMITS.foldMs)) missed.push(`MISSED: folding a run takes ${foldMs.toFixed(0)} ms, at most ${LIMITS.foldMs} ms`);
  const [old] = await db.select({ id: loadTestRun.id }).from(loadTestRun).orderBy(loadTestRun.createdAt).limit(1);
  const deleting = performance.now();
  await removeRun(ctx, old?.id ?? randomUUID());
  console.log(`a run of ${SECONDS} s deleted: ${(performance.now() - deleting).toFixed(0)} ms`);
} finally {
  await database.close();
  await admin.unsafe(`drop database ${name} with (force)`);
  await admin.end();
}
for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
