/**
 * What a page of a trend and a comparison take: the change points of ten thousand runs, and of the five hundred that a page shows; and two runs of ten minutes,
 * from their stored rows to an outcome. A limit that is missed is told, and the exit code is 1.
 */
import { compareRuns } from '../server/trend/compare.ts';
import { steadyOf } from '../server/trend/steady.ts';
import { isUnfit } from '../server/trend/change.ts';
import { trendOf } from '../server/trend/trend.ts';
import { LEAST, randomFrom, simulatedRows } from '../tests/helpers/simulated.ts';
import { best } from './_large.ts';

const LIMITS = { runs: 10_000, ms: 100, pageRuns: 500, pageMs: 10, compareMs: 500 } as const;
const SECONDS = 600;
const TIMES = 15;

const random = randomFrom(1);
/** The level moves by a fifth every three hundred runs. */
const values = Array.from({ length: LIMITS.runs }, (_, i) => Math.exp(0.05 * random.normal() + (Math.floor(i / 300) % 2) * 0.2));

const missed: string[] = [];
function measure(what: string, mostMs: number, run: () => string): void {
  const { ms, result } = best(TIMES, run);
  console.log(`${what}: ${ms.toFixed(1)} ms, ${result}`);
  if (!(ms <= mostMs)) missed.push(`MISSED: ${what} takes ${ms.toFixed(1)} ms, at most ${mostMs} ms`);
}

for (const [runs, mostMs] of [[LIMITS.runs, LIMITS.ms], [LIMITS.pageRuns, LIMITS.pageMs]] as const)
  measure(`the trend of ${runs} runs`, mostMs, () => {
    const trend = trendOf(values.slice(0, runs));
    if (isUnfit(trend)) throw new Error(trend.reason);
    return `${trend.changePoints.length} change points`;
  });

const stored = [1, 1.5].map((factor) => simulatedRows(random, { seconds: SECONDS, factor }));
measure(`two runs of ${SECONDS} s compared`, LIMITS.compareMs, () => {
  const [baseline, current] = stored.map((rows) => steadyOf({ rows, steady: [[0, SECONDS * 1000]], least: LEAST }));
  if (!baseline || !current || isUnfit(baseline) || isUnfit(current)) throw new Error('the runs of this bench have no steady part');
  return (['p50', 'p95'] as const).map((statistic) => `${statistic} ${compareRuns(baseline, current, { metric: 'latency', statistic }).outcome}`).join(', ');
});

for (const line of missed) console.error(line);
if (missed.length > 0) process.exitCode = 1;
