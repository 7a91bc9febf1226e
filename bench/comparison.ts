/**
 * Two runs of four hours with twenty request names compared, from their stored rows: how much more memory it takes meanwhile, and for how long nobody else has
 * a turn; in an embedded database and, where DATABASE_URL says so, in PostgreSQL. A limit that is missed is told, and the exit code is 1.
 */
import { setImmediate } from 'node:timers/promises';
import { getTableColumns, sql } from 'drizzle-orm';
import { type Db, openDatabase } from '../server/db/client.ts';
import { performanceMetric } from '../server/db/tables.ts';
import { comparison } from '../server/trend/comparison.ts';
import { databases } from '../tests/helpers/databases.ts';
import { seeded } from '../tests/helpers/seeded.ts';
import { type StoredRun, storedRun, testPlan } from '../tests/helpers/stored-run.ts';
import { held, megabytes } from './_memory.ts';

const LIMITS = { bytes: 100e6, turnMs: 50 } as const;
const SECONDS = Number(process.argv[2] ?? 14_400);
/** Of these the others are copies. */
const MEASURED = 60;
const NAMES = 20;
/** Of each name, a second. */
const RATE = 25;

/** So often memory is looked at. */
const TURNS_A_LOOK = 500;

const plan = testPlan({ load: { preset: { key: 'constant', users: 50, durationMs: SECONDS * 1000 } }, warmUpMs: 0 });

async function longRun(db: Db, factor: number): Promise<StoredRun> {
  const run = await storedRun({ db }, plan, undefined, { workflowId: 'prices', hostFingerprint: 'linux x64' });
  const random = seeded(Math.round(factor * 100));
  const micros = () => Math.round(20_000 * factor * Math.exp(random() + random() + random()));
  for (let second = 0; second < MEASURED; second++)
    for (let i = 0; i < RATE; i++) {
      const startMicros = Math.floor(((second + i / RATE) * 1e6) / 1.01);
      for (let name = 0; name < NAMES; name++) run.line({ kind: 'request', startMicros, name: `request ${name}`, durationMicros: micros(), outcome: 'ok', status: 200, extra: {} });
      run.line({ kind: 'execution', startMicros, durationMicros: micros(), outcome: random() < 0.01 ? 'http_5xx' : 'ok' });
    }
  for (let second = 1; second <= MEASURED; second++) await run.close(second);
  const { at, second, sequence } = performanceMetric;
  const later = sql`${MEASURED}::int * times`;
  const copied = { [at.name]: sql`${at} + ${later} * interval '1 second'`, [second.name]: sql`${second} + ${later}`, [sequence.name]: sql`${sequence} + ${later}` };
  const columns = Object.values(getTableColumns(performanceMetric));
  await db.execute(sql`insert into ${performanceMetric} (${sql.join(columns.map(({ name }) => sql.identifier(name)), sql`, `)})
    select ${sql.join(columns.map((column) => copied[column.name] ?? sql`${column}`), sql`, `)}
    from ${performanceMetric}, generate_series(1, ${Math.floor(SECONDS / MEASURED) - 1}::int) as times where ${performanceMetric.runId} = ${run.id}`);
  await run.settle();
  return run;
}

const missed: string[] = [];
for (const { name, available, open } of databases) {
  if (!available) continue;
  await using fresh = await open();
  const database = await openDatabase(fresh.place);
  const [baseline, current] = [await longRun(database.db, 1), await longRun(database.db, 1.2)];
  await database.db.execute(sql`analyze`);
  const before = held();
  let most = before;
  let longest = 0;
  let over = false;
  const others = (async () => {
    for (let i = 0; !over; i++) {
      if (i % TURNS_A_LOOK === 0) most = Math.max(most, held());
      // Of the processor, for others are at work on this machine.
      const used = process.threadCpuUsage();
      await setImmediate();
      const { user, system } = process.threadCpuUsage(used);
      longest = Math.max(longest, (user + system) / 1000);
    }
  })();
  const from = performance.now();
  const { metrics } = await comparison(baseline.ctx, { baselineRunIds: [baseline.id], runIds: [current.id], acceptDifferences: true });
  const ms = performance.now() - from;
  over = true;
  await others;
  const extra = most - before;
  console.log(`two runs of ${SECONDS} s with ${NAMES} names, in ${name}: ${(ms / 1000).toFixed(1)} s, ${metrics.length} numbers, ${megabytes(extra)} more at most, others wait for ${longest.toFixed(0)} ms of its processor at most`);
  if (!(extra <= LIMITS.bytes)) missed.push(`MISSED: the comparison takes ${megabytes(extra)} more in ${name}, at most ${megabytes(LIMITS.bytes)}`);
  if (!(longest <= LIMITS.turnMs)) missed.push(`MISSED: others wait ${longest.toFixed(0)} ms for their turn in ${name}, at most ${LIMITS.turnMs} ms`);
  await database.close();
}
for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
