import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Point } from '../../server/metrics/point.ts';
import { drawnAt } from '../../server/metrics/drawn/store.ts';
import type { Db } from '../../server/db/client.ts';
import type { MetricsUpdate } from '../../server/run/feed-intervals.ts';
import { runMetrics, runState, type Watched } from '../../server/run/live.ts';
import { runPoints } from '../../server/run/points.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { openHandles } from '../helpers/leaks.ts';
import { seeded } from '../helpers/seeded.ts';
import { STARTED_AT, type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';
import { until } from '../helpers/until.ts';

/** The whole series as it stands in the table: what a subscriber must come to, however it got there. */
async function stored(run: StoredRun): Promise<Point[]> {
  return runPoints(run.ctx, await run.run(), null, null);
}

/** What a chart does with updates: a snapshot replaces all, a point replaces the one of its second. */
class Series {
  readonly points = new Map<number, Point>();
  sequence = 0;
  take({ snapshot, metrics, sequence }: MetricsUpdate): void {
    if (snapshot) this.points.clear();
    for (const point of metrics) this.points.set(point.offsetMs, point);
    this.sequence = sequence;
  }
  get list(): Point[] {
    return [...this.points.values()].sort((a, b) => a.offsetMs - b.offsetMs);
  }
}

/** A database that counts how often something is read in it. */
function counted(db: Db): { readonly db: Db; reads: number } {
  const count = {
    reads: 0,
    db: new Proxy(db, {
      get(target, key) {
        if (key === 'select') count.reads += 1;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  return count;
}

async function subscribe(run: StoredRun, afterSequence = 0, ctx: Watched = run.ctx) {
  const done = new AbortController();
  const updates = runMetrics(ctx, await run.run(), afterSequence, done.signal);
  return {
    async next(): Promise<MetricsUpdate> {
      const { value, done: over } = await updates.next();
      if (over) throw new Error('the subscription is over');
      return value;
    },
    updates,
    async [Symbol.asyncDispose]() {
      done.abort();
      await updates.return(undefined);
    },
  };
}

onEachDatabase('live', (database) => {
  test('a subscriber that was away, and missed a late line, comes to the same series as the stored one', async () => {
    const run = await storedRun(database);
    const series = new Series();
    {
      await using first = await subscribe(run);
      series.take(await first.next());
      expect(series.list).toEqual([]);
      run.add(500);
      run.add(1500, { durationMs: 30 });
      await run.close(2);
      series.take(await first.next());
      expect(series.list).toEqual(await stored(run));
    }
    // Away: further seconds, a late line for one that it has, and one that straddles the warm-up.
    run.add(2500);
    await run.close(3);
    run.add(1600, { durationMs: 700, outcome: 'http_5xx', extra: { exec: true, detail: 'late' } });
    run.line({ kind: 'gauge', atMicros: 1_900_000, users: 2, inFlight: 1, iterationsStarted: 3, dropped: 0, lagMs: 12 });
    run.add(3100, { durationMs: 400 });
    await run.close(4);
    await using again = await subscribe(run, series.sequence);
    series.take(await again.next());
    expect(series.list).toEqual(await stored(run));
    expect(series.points.get(1000)).toMatchObject({ executions: 2, failed: 1, latenessMs: 12, failures: [{ class: 'http_5xx', example: 'late' }] });

    // And a late line while it watches.
    run.add(600);
    await run.close(5);
    series.take(await again.next());
    expect(series.list).toEqual(await stored(run));
    expect(series.points.get(0)?.executions).toBe(2);
    await run.settle();
    series.take(await again.next());
    expect(series.list).toEqual(await stored(run));
    expect((await again.updates.next()).done).toBe(true);
  });

  test('whoever is slow gets more at once, and the table is asked for what is too long ago', async () => {
    const run = await storedRun(database);
    const [quick, slow] = [new Series(), new Series()];
    await using first = await subscribe(run);
    await using second = await subscribe(run);
    quick.take(await first.next());
    slow.take(await second.next());
    const store = async (from: number, to: number) => {
      for (let second = from; second < to; second++) {
        run.add(second * 1000 + 500);
        await run.close(second + 1);
        while (quick.sequence < second + 1) quick.take(await first.next());
      }
    };
    await store(0, 5);
    slow.take(await second.next());
    expect([slow.sequence, slow.list]).toEqual([5, await stored(run)]);
    // More than is kept in memory.
    await store(5, 130);
    slow.take(await second.next());
    expect([slow.sequence, slow.list]).toEqual([130, await stored(run)]);
    expect(quick.list).toEqual(slow.list);
  });

  test('however slowly somebody reads, and however often comes back, in the end it has the series that is stored', { timeout: 60_000 }, async () => {
    const run = await storedRun(database, testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: 60_000 } } }));
    const random = seeded(20_260_301);
    const roll = (sides: number) => Math.floor(random() * sides);
    const readers = Array.from({ length: 6 }, () => ({ series: new Series(), asked: null as Promise<void> | null, subscription: null as Awaited<ReturnType<typeof subscribe>> | null }));
    const look = async (reader: (typeof readers)[number]) => {
      reader.subscription ??= await subscribe(run, reader.series.sequence);
      const { subscription } = reader;
      reader.asked ??= subscription.updates.next().then(({ value, done }) => {
        if (!done) reader.series.take(value);
        reader.asked = null;
      });
    };
    for (let second = 0; second < 60; second++) {
      for (let i = roll(4); i >= 0; i--) run.add(second * 1000 + 100 + roll(900), { outcome: roll(9) === 0 ? 'http_5xx' : 'ok' });
      // Lines that come late, for seconds that are stored already.
      if (second > 2 && roll(3) === 0) run.add((second - 1 - roll(second - 1)) * 1000 + 500);
      await run.close(second + 1);
      for (const reader of readers) {
        if (roll(3) === 0) await look(reader);
        if (roll(12) === 0) {
          await reader.subscription?.[Symbol.asyncDispose]();
          await reader.asked;
          reader.subscription = null;
        }
      }
    }
    await run.settle();
    for (const reader of readers) {
      await reader.asked;
      await using last = await subscribe(run, reader.series.sequence);
      const update = await last.next();
      // Of what it has, nothing that was stored is wrong; of what it lacks, all is told.
      reader.series.take(update);
      expect(reader.series.list).toEqual(await stored(run));
      await reader.subscription?.[Symbol.asyncDispose]();
    }
    expect(run.ctx.feeds.size).toBe(0);
  });

  test('a hundred who watch a run cost the database what one costs, and get one and the same answer', async () => {
    const run = await storedRun(database);
    const count = counted(database.db);
    const ctx = { ...run.ctx, db: count.db };
    const readsOf = async (watchers: number) => {
      await using stack = new AsyncDisposableStack();
      const all = await Promise.all(Array.from({ length: watchers }, () => subscribe(run, 0, ctx)));
      for (const one of all) stack.use(one);
      await Promise.all(all.map((one) => one.next()));
      const before = count.reads;
      const { sequence } = await run.run();
      run.add(sequence * 1000 + 500);
      await run.close(sequence + 1);
      const updates = await Promise.all(all.map((one) => one.next()));
      expect(new Set(updates).size).toBe(1);
      return count.reads - before;
    };
    const [ofOne, ofMany] = [await readsOf(1), await readsOf(100)];
    expect(ofOne).toBeGreaterThan(0);
    expect(ofMany).toBe(ofOne);
  });

  test('the reader of a run lives only while somebody watches', async () => {
    const run = await storedRun(database);
    const timers = () => openHandles().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    {
      await using first = await subscribe(run);
      await first.next();
      {
        await using second = await subscribe(run);
        await second.next();
      }
      expect(run.ctx.feeds.size).toBe(1);
      run.add(500);
      await run.close(1);
      expect((await first.next()).sequence).toBe(1);
    }
    expect(run.ctx.feeds.size).toBe(0);
    // The pool of connections to a PostgreSQL has timers of its own.
    if (database.exclusive) await until('no timer is left', () => timers() <= before, 3000);
  });

  test('one that comes after the end gets everything at once, and is done', async () => {
    const run = await storedRun(database);
    for (let second = 0; second < 10; second++) run.add(second * 1000 + 500);
    await run.close(10);
    await run.settle();
    await using late = await subscribe(run);
    const update = await late.next();
    expect(update).toMatchObject({ sequence: 1, snapshot: true, summary: { executions: 10 } });
    expect(update.metrics).toEqual(await stored(run));
    expect((await late.updates.next()).done).toBe(true);
  });

  test('a chart gets the executions or one request name, and no more points than it has room for', async () => {
    const run = await storedRun(database);
    for (let second = 0; second < 6; second++) run.add(second * 1000 + 500);
    run.line({ kind: 'request', startMicros: 2_100_000, name: 'login', durationMicros: 1000, outcome: 'auth', status: 401, extra: {} });
    await run.close(6);
    const points = async (requestName: string | null, most: number | null) => (await runPoints(run.ctx, await run.run(), requestName, most)).map(({ offsetMs, executions, requests, failed }) => [offsetMs, executions, requests, failed]);
    expect(await points(null, 3)).toEqual([[0, 2, 2, 0], [2000, 2, 3, 0], [4000, 2, 2, 0]]);
    expect((await points('login', null))[2]).toEqual([2000, 0, 1, 1]);
  });

  test('the state comes first as it is, then with each change, until it is settled', async () => {
    const run = await storedRun(database);
    const states: string[] = [];
    for await (const { state } of runState(run.ctx, await run.run(), new AbortController().signal)) {
      states.push(state);
      if (state === 'running') await run.settle();
    }
    expect(states).toEqual(['running', 'finished']);
  });

  test('whoever was away for a day of seconds can come back', async () => {
    const run = await storedRun(database);
    run.add(500);
    await run.close(2);
    const moments = Array.from({ length: 80_000 }, (_, second) => new Date(STARTED_AT.getTime() + second * 1000));
    const seconds: number[] = [];
    for await (const rows of drawnAt(database.db, { organizationId: 'north', runId: run.id, requestName: 'execute' }, moments)) seconds.push(...rows.map((row) => row.second));
    expect(seconds).toEqual([0, 0, 1]);
  });

  test('whoever leaves, leaves nothing behind', async () => {
    const run = await storedRun(database);
    const done = new AbortController();
    const [metrics, states] = [runMetrics(run.ctx, await run.run(), 0, done.signal), runState(run.ctx, await run.run(), done.signal)];
    await metrics.next();
    await states.next();
    const waiting = [metrics.next(), states.next()];
    done.abort();
    expect((await Promise.all(waiting)).map((step) => step.done)).toEqual([true, true]);
    expect(getEventListeners(done.signal, 'abort')).toEqual([]);
  });

  test('while it runs, summary and objectives are those of what ran so far', async () => {
    const run = await storedRun(database, testPlan({ objectives: [{ metric: 'throughput', comparison: '>=', value: 1 }] }));
    for (let second = 0; second < 6; second++) for (const part of [300, 700]) run.add(second * 1000 + part);
    await run.close(6);
    await using live = await subscribe(run);
    const { summary, objectives } = await live.next();
    expect(summary).toMatchObject({ executions: 12, throughputPerSecond: 2, durationMs: 6000 });
    // Steady from 2 s on: 4 s so far, with 8 executions.
    expect(objectives[0]).toMatchObject({ measured: 2, verdict: 'passed' });
  });

  test('a run that was cut short tells the throughput of the part that ran', async () => {
    const run = await storedRun(database, testPlan({ objectives: [{ metric: 'throughput', comparison: '>=', value: 1 }] }));
    for (let second = 0; second < 6; second++) for (const part of [300, 700]) run.add(second * 1000 + part);
    await run.close(6);
    const settled = await run.settle({ cause: 'stop_asked' }, { iterationsStarted: 12, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: 6000, latenessP99Ms: null, requestsFolded: 0 });
    expect(settled).toMatchObject({ state: 'aborted', result: { steady: { throughputPerSecond: 2 }, objectives: [{ measured: 2, verdict: 'not_evaluated', reasonCode: 'cut_short' }, {}] } });
  });
});
