import { expect, test } from 'vitest';
import { capacityOfRun } from '../../server/run/capacity.ts';
import type { EndNews } from '../../server/run/news.ts';
import { areaUntil, levelAt } from '../../server/script/load.ts';
import type { Capacity } from '../../server/verdict/capacity.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { noNumbersIn } from '../helpers/generated-runs.ts';
import { type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';

const DURATION_MS = 100_000;
const closed = { preset: { key: 'breakpoint', users: 20, durationMs: DURATION_MS } };
const open = { preset: { key: 'breakpoint', ratePerSecond: 80, durationMs: DURATION_MS } };
const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 400 };
const news: EndNews = { iterationsStarted: null, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: DURATION_MS, latenessP99Ms: 1, requestsFolded: 0 };

/** A target of so many workers, each of which takes 100 ms; who finds none waits. */
const WORKERS = 4;
const SERVICE_MS = 100;

interface Driven {
  readonly untilMs?: number;
  lagMs?(second: number): number;
  failed?(second: number): boolean;
}

/** Users that ask again at once, as many as the plan says: with more of them than workers each answer takes users / workers times as long. */
async function driveClosed(run: StoredRun, { untilMs = DURATION_MS, lagMs = () => 1, failed = () => false }: Driven = {}): Promise<void> {
  for (let second = 0; second * 1000 < untilMs; second++) {
    const users = Math.max(1, Math.round(levelAt(run.plan.load, second * 1000 + 500)));
    const perSecond = Math.min(users, WORKERS) * (1000 / SERVICE_MS);
    for (let i = 0; i < perSecond; i++) run.add(second * 1000 + ((i + 0.5) * 1000) / perSecond, { durationMs: SERVICE_MS * Math.max(1, users / WORKERS), ...(failed(second) ? { outcome: 'http_5xx' as const } : {}) });
    run.line({ kind: 'gauge', atMicros: (second + 0.5) * 1e6, users, inFlight: users, iterationsStarted: null, dropped: 0, lagMs: lagMs(second) });
  }
}

/** Arrivals at the rate of the plan; what the workers cannot do waits, and what waits longer than two seconds has timed out. */
async function driveOpen(run: StoredRun): Promise<void> {
  const free = Array.from({ length: WORKERS }, () => 0);
  for (let i = 1, ms = 0; ms < DURATION_MS; ms++)
    for (; areaUntil(run.plan.load, ms) >= i; i++) {
      const worker = free.indexOf(Math.min(...free));
      const startMs = Math.max(ms, free[worker] ?? 0);
      if (startMs - ms > 2000) continue;
      free[worker] = startMs + SERVICE_MS;
      run.add(startMs + SERVICE_MS, { durationMs: startMs + SERVICE_MS - ms });
    }
}

onEachDatabase('what a breakpoint run says of its target', (database) => {
  async function capacity(plan: object, drive: (run: StoredRun) => Promise<void>, ending: Parameters<StoredRun['settle']>[0] = {}, told: Partial<EndNews> = {}): Promise<Capacity | null> {
    const run = await storedRun(database, testPlan(plan));
    await drive(run);
    expect(await capacityOfRun(run.ctx, await run.run())).toBeNull();
    await run.close((told.durationMs ?? DURATION_MS) / 1000 + 3);
    const found = await capacityOfRun(run.ctx, await run.settle(ending, { ...news, ...told }));
    expect(noNumbersIn(found)).toEqual([]);
    return found;
  }

  test('users up to the last step at which p95 held; at the next one it took longer than the limit', async () => {
    // 4 workers of 100 ms: 16 users wait 400 ms, which is not below 400 ms.
    expect(await capacity({ load: closed, objectives: [p95] }, driveClosed)).toMatchObject({ users: 14, ratePerSecond: expect.closeTo(40, 0), limitedBy: 'objective', reason: expect.stringMatching(/^Up to 14 users \(40\.1 executions\/s\) every objective held\. At 16 users: \d+ of \d+ executions were slower than 400 ms, \d+ allowed\./) });
  });

  test('without a limit that is reached, that more users brought no more, and from which on', async () => {
    expect(await capacity({ load: closed, objectives: [{ ...p95, value: 5000 }, { metric: 'throughput', comparison: '>=', value: 1000 }] }, driveClosed)).toMatchObject({ users: 20, limitedBy: 'plateau', reason: expect.stringContaining('but from 4 users (40.1 executions/s) on more users brought no more') });
  });

  test('of an open plan the rate that the target kept up with', async () => {
    // 40/s is all that it can.
    expect(await capacity({ load: open, objectives: [{ ...p95, value: 300 }] }, driveOpen)).toMatchObject({ users: null, ratePerSecond: 40, limitedBy: 'objective', reason: expect.stringMatching(/^Up to 40\/s every objective held\. At 48\/s: /) });
    expect(await capacity({ load: open, objectives: [{ ...p95, value: 10_000 }] }, driveOpen)).toMatchObject({ users: null, ratePerSecond: 40, limitedBy: 'plateau', reason: expect.stringMatching(/^Up to 40\/s every objective held\. At 48\/s the target did not keep up: 4\d(\.\d)? executions\/s came to an end\.$/) });
  });

  test('that the generator was the limit, where it was late', async () => {
    expect(await capacity({ load: closed, objectives: [p95] }, (run) => driveClosed(run, { lagMs: (second) => (second >= 50 ? 200 : 1) }))).toMatchObject({ users: 10, limitedBy: 'generator', reason: expect.stringContaining('At 12 users: The generator was late by 200 ms') });
    // What took too long then may be its own slowness.
    expect(await capacity({ load: closed, objectives: [{ ...p95, value: 280 }] }, (run) => driveClosed(run, { lagMs: (second) => (second >= 50 ? 200 : 1) }))).toMatchObject({ users: 10, limitedBy: 'generator' });
  });

  test('of one that an objective stopped, that it did, at the step in which it was stopped', async () => {
    const stopped = { cause: 'objective_broken' as const, message: 'The load was ended: p95 < 250 ms of executions.', objective: 0 };
    expect(await capacity({ load: closed, objectives: [{ ...p95, value: 1000, abortAfterMs: 2000 }] }, (run) => driveClosed(run, { untilMs: 56_000 }), stopped, { durationMs: 56_000 })).toMatchObject({ users: 10, limitedBy: 'objective', reason: expect.stringMatching(/At 12 users: The load was ended/) });
  });

  test('that the target failed by itself, also where the generator was late: as the run says', async () => {
    const late = (second: number) => (second >= 50 ? 200 : 1);
    const errors = { metric: 'error_ratio', comparison: '<', value: 0.1 };
    expect(await capacity({ load: closed, objectives: [errors] }, (run) => driveClosed(run, { lagMs: late, failed: (second) => second >= 50 }))).toMatchObject({ users: 10, limitedBy: 'objective', reason: expect.stringMatching(/At 12 users: \d+ of \d+ executions failed/) });
  });

  test('of one that an objective stopped while the generator was late, that the generator was the limit: as the run says', async () => {
    const stopped = { cause: 'objective_broken' as const, message: 'The load was ended: p95 < 250 ms of executions.', objective: 0 };
    expect(await capacity({ load: closed, objectives: [{ ...p95, value: 1000, abortAfterMs: 2000 }] }, (run) => driveClosed(run, { untilMs: 56_000, lagMs: (second) => (second >= 50 ? 200 : 1) }), stopped, { durationMs: 56_000, latenessP99Ms: 200 })).toMatchObject({ users: 10, limitedBy: 'generator', reason: expect.stringMatching(/At 12 users: The generator was late/) });
  });

  test('of one that was stopped, what had held until then', async () => {
    expect(await capacity({ load: closed, objectives: [p95] }, (run) => driveClosed(run, { untilMs: 24_500 }), { cause: 'stop_asked', message: 'Stopped by ada.' }, { durationMs: 24_500 })).toMatchObject({ users: 4, limitedBy: 'nothing', reason: expect.stringMatching(/Stopped by ada\.$/) });
  });

  test('of one without a request, that no step held; of another plan, nothing', async () => {
    expect(await capacity({ load: closed }, async () => {}, { cause: 'tool_broke', message: 'Locust ended.', exitCode: 1 }, { durationMs: 0 })).toEqual({ users: null, ratePerSecond: null, limitedBy: 'nothing', reason: 'No step was run to its end. Locust ended.' });
    expect(await capacity({ load: closed }, async () => {})).toMatchObject({ users: null, ratePerSecond: null, limitedBy: 'plateau', reason: 'No step held. At 2 users no execution came to an end.' });
    expect(await capacity({ load: { preset: { key: 'stress', users: 20, durationMs: DURATION_MS } } }, driveClosed)).toBeNull();
  });
});
