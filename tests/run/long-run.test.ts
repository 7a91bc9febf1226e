/** A run may last for hours and have hundreds of names: whoever opens it reads it in parts, and finds what all of it at once would give. */
import { setImmediate } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { SECONDS_AT_ONCE } from '../../server/metrics/drawn/store.ts';
import { mergePoints } from '../../server/metrics/merge-points.ts';
import { bySecond, pointOf } from '../../server/metrics/point.ts';
import { BATCHES_AT_ONCE } from '../../server/metrics/store.ts';
import type { MetricsUpdate } from '../../server/run/feed-intervals.ts';
import { runMetrics } from '../../server/run/live.ts';
import { runPoints } from '../../server/run/points.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { measured } from '../helpers/measured.ts';
import { type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';
import { storedRows } from '../helpers/stored-rows.ts';

const SECONDS = 330;
const NAMES = ['login', 'poll', 'session'];
/** Of a second, or of a batch, at most: executions and each request, once more for a late line; or the others, one for each of three outcomes. */
const MOST_ROWS = Math.max(SECONDS_AT_ONCE * 3, BATCHES_AT_ONCE * 2 * (NAMES.length + 2));

onEachDatabase('a long run', (database) => {
  let run: StoredRun;
  beforeAll(async () => {
    run = await storedRun(database, testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: SECONDS * 1000 } } }));
    for (let second = 0; second < SECONDS; second++) {
      run.add(second * 1000 + 500, { durationMs: 10 + (second % 7), outcome: second % 11 === 0 ? 'http_5xx' : 'ok', extra: { exec: true, detail: `of second ${second}` } });
      for (const [i, request] of NAMES.entries()) run.line({ kind: 'request', startMicros: second * 1_000_000 + 1000 * i, name: request, durationMicros: 1000 + second, outcome: (second + i) % 5 === 0 ? 'timeout' : 'ok', status: 200, extra: {} });
      run.line({ kind: 'gauge', atMicros: second * 1_000_000 + 900_000, users: second, inFlight: 1, iterationsStarted: second + 1, dropped: 0, lagMs: 1 });
      // A late line, for a second that is in another part.
      if (second % 50 === 49) run.add((second - 40) * 1000 + 600);
      await run.close(second + 1);
    }
  });

  /** From all rows at once. */
  const expected = async (requestName: string | null, most: number | null) =>
    mergePoints([...bySecond(await storedRows(database.db, 'north', run.id)).values()], most).map((rows) => pointOf(rows, run.plan, requestName));

  async function firstUpdate(afterSequence: number, db = database.db): Promise<MetricsUpdate> {
    const done = new AbortController();
    const updates = runMetrics({ ...run.ctx, db }, await run.run(), afterSequence, done.signal);
    const { value } = await updates.next();
    done.abort();
    await updates.return(undefined);
    if (!value) throw new Error('nothing was told');
    return value;
  }

  test.for([[null, null], [null, 7], ['login', null], ['login', 100], ['nobody', 5]] as const)('%s, at most %s points: the chart is drawn as from all rows at once', async ([requestName, most]) => {
    const points = await runPoints(run.ctx, await run.run(), requestName, most);
    expect(points).toEqual(await expected(requestName, most));
    expect(points).toHaveLength(most === null ? SECONDS : most === 100 ? 83 : most);
  });

  test('who opens it, or was away for long, gets the points and the summary of all of it', async () => {
    const all = await expected(null, null);
    const opened = await firstUpdate(0);
    expect(opened).toMatchObject({ sequence: SECONDS, snapshot: true, summary: { executions: SECONDS + 6 } });
    expect(opened.metrics).toEqual(all);
    const back = await firstUpdate(120);
    const changed = new Set((await storedRows(database.db, 'north', run.id, 120)).map((row) => row.second * 1000));
    expect(back.metrics).toEqual(all.filter((point) => changed.has(point.offsetMs)));
  });

  test('no query gives more than a part of it', async () => {
    const reading = measured(database.db);
    await runPoints({ db: reading.db }, await run.run(), null, 100);
    await runPoints({ db: reading.db }, await run.run(), 'login', 100);
    const ofPoints = reading.mostRows;
    await firstUpdate(0, reading.db);
    expect(ofPoints).toBeGreaterThanOrEqual(SECONDS_AT_ONCE);
    expect(reading.mostRows).toBeLessThanOrEqual(MOST_ROWS);
    expect((await storedRows(database.db, 'north', run.id)).length).toBeGreaterThan(MOST_ROWS);
  });

  test('others have their turn in between', async () => {
    let turns = 0;
    let over = false;
    const others = (async () => {
      for (; !over; turns++) await setImmediate();
    })();
    await runPoints(run.ctx, await run.run(), null, null);
    over = true;
    await others;
    expect(turns).toBeGreaterThan(SECONDS / SECONDS_AT_ONCE);
  });
});
