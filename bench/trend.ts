/**
 * What a page of a trend and a comparison take: the change points of ten thousand runs, and of the five hundred that a page shows; the trend of ten thousand stored
 * runs, as it is asked for, in an embedded database and where DATABASE_URL says so in PostgreSQL; and two runs of ten minutes, from their stored rows to an outcome.
 * A limit that is missed is told, and the exit code is 1.
 */
import { compareRuns } from '../server/trend/compare.ts';
import { steadyOf } from '../server/trend/steady.ts';
import { isUnfit } from '../server/trend/change.ts';
import { openDatabase } from '../server/db/client.ts';
import { trend } from '../server/trend/history.ts';
import { trendOf } from '../server/trend/trend.ts';
import { databases } from '../tests/helpers/databases.ts';
import { LEAST, randomFrom, simulatedRows } from '../tests/helpers/simulated.ts';
import { best } from './_large.ts';
import { runsOfATest } from './_runs-of-a-test.ts';

const LIMITS = { runs: 10_000, ms: 100, pageRuns: 500, pageMs: 10, compareMs: 500 } as const;
const SECONDS = 600;
const TIMES = 15;

const random = randomFrom(1);
/** The level moves by a fifth every three hundred runs. */
const values = Array.from({ length: LIMITS.runs }, (_, i) => Math.exp(0.05 * random.normal() + (Math.floor(i / 300) % 2) * 0.2));

const missed: string[] = [];
function told(what: string, mostMs: number, ms: number, result: string): void {
  console.log(`${what}: ${ms.toFixed(1)} ms, ${result}`);
  if (!(ms <= mostMs)) missed.push(`MISSED: ${what} takes ${ms.toFixed(1)} ms, at most ${mostMs} ms`);
}

function measure(what: string, mostMs: number, run: () => string): void {
  const { ms, result } = best(TIMES, run);
  told(what, mostMs, ms, result);
}

for (const [runs, mostMs] of [[LIMITS.runs, LIMITS.ms], [LIMITS.pageRuns, LIMITS.pageMs]] as const)
  measure(`the trend of ${runs} runs`, mostMs, () => {
    const trend = trendOf(values.slice(0, runs));
    if (isUnfit(trend)) throw new Error(trend.reason);
    return `${trend.changePoints.length} change points`;
  });

for (const { name, available, open } of databases) {
  if (!available) continue;
  await using fresh = await open();
  const database = await openDatabase(fresh.place);
  const { ctx, loadTestId, requestName } = await runsOfATest(database.db, values);
  for (const request of [null, requestName]) {
    const times: number[] = [];
    let changes = 0;
    for (let i = 0; i < TIMES; i++) {
      const from = performance.now();
      const found = await trend(ctx, { loadTestId, metric: 'latency', statistic: 'p95', requestName: request, last: LIMITS.runs });
      times.push(performance.now() - from);
      changes = found.changePoints.length;
      if (found.points.length !== LIMITS.runs) throw new Error(`the trend of this bench has ${found.points.length} runs`);
    }
    told(`the trend of ${LIMITS.runs} runs in ${name}, ${request === null ? 'of executions' : 'of a request'}`, LIMITS.ms, Math.min(...times), `${changes} change points; ${times.map((ms) => ms.toFixed(0)).join(', ')}`);
  }
  await database.close();
}

const stored = [1, 1.5].map((factor) => simulatedRows(random, { seconds: SECONDS, factor }));
measure(`two runs of ${SECONDS} s compared`, LIMITS.compareMs, () => {
  const [baseline, current] = stored.map((rows) => steadyOf({ rows, steady: [[0, SECONDS * 1000]], least: LEAST }));
  if (!baseline || !current || isUnfit(baseline) || isUnfit(current)) throw new Error('the runs of this bench have no steady part');
  return (['p50', 'p95'] as const).map((statistic) => `${statistic} ${compareRuns(baseline, current, { metric: 'latency', statistic }).outcome}`).join(', ');
});

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
