import { beforeAll, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import type { Fold } from '../../server/metrics/fold.ts';
import type { Batch } from '../../server/metrics/interval.ts';
import { requestSummaries, summaryOf } from '../../server/metrics/summary.ts';
import { saveBatch } from '../../server/run/row/store.ts';
import type { RunResult } from '../../server/run/run.ts';
import { settle } from '../../server/run/settle.ts';
import { SoFar } from '../../server/run/so-far.ts';
import { OUTCOMES } from '../../server/samples/sample.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { OWNER, STARTED_AT, type StoredRun, storedRun } from '../helpers/stored-run.ts';

const NAMES = ['execute', 'Zebra', 'ähre', 'apple', 'poll status', 'Poll', '_', 'z'];

/** Ties between failures, several names and phases in a second, lines that come late. */
function batchesOf({ plan }: StoredRun, count: number): Batch[] {
  const collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: [] });
  return Array.from({ length: count }, (_, second) => {
    for (let i = 0; i < 20; i++) {
      const endMicros = second * 1e6 + i * 50_000;
      const durationMicros = Math.min(endMicros, ((i * 7919) % 97) * 20_000);
      const outcome = i % 3 === 0 ? (OUTCOMES[(i * 5 + second) % OUTCOMES.length] ?? 'ok') : 'ok';
      collector.add({ kind: 'request', startMicros: endMicros - durationMicros, name: NAMES[(i * 3 + second) % NAMES.length] ?? '', durationMicros, outcome, status: 200, extra: { ...(i % 4 === 0 ? { exec: true } : {}), checks: [2, ['a']], detail: `${outcome} ${i} in ${second}` } });
    }
    // As often as each other, and a table keeps members in an order of its own.
    if (second === 0) for (const outcome of ['timeout', 'dns'] as const) collector.add({ kind: 'request', startMicros: 0, name: 'tied', durationMicros: 1, outcome, status: 0, extra: {} });
    if (second % 7 === 6) collector.add({ kind: 'request', startMicros: 0, name: 'late', durationMicros: 1000 * second, outcome: 'ok', status: 200, extra: {} });
    const batch = collector.close(second + 1);
    if (!batch) throw new Error('each second has a batch');
    return batch;
  });
}

/** As text: the order of members counts, too. */
function comesTo(fold: Fold, { plan }: StoredRun): string {
  const end = { iterationsStarted: 0, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: null, linesUnreadable: 0, linesLost: 0 };
  return JSON.stringify((['whole', 'steady'] as const).map((during) => [summaryOf(fold, during, 10_000, plan, end), requestSummaries(fold, during, plan)]), null, 1);
}

onEachDatabase('what a run has come to,', (database) => {
  let run: StoredRun;
  let batches: Batch[];
  beforeAll(async () => {
    run = await storedRun(database);
    batches = batchesOf(run, 110);
    for (const batch of batches) await saveBatch(database.db, await run.run(), OWNER, STARTED_AT, batch);
  });

  test('is the same whether it was folded as it was stored, or is read from the table', async () => {
    const asItCame = new SoFar(run.plan);
    for (const batch of batches) asItCame.add(batch);
    const fromTheTable = new SoFar(run.plan);
    await fromTheTable.addStored(database.db, await run.run());
    expect(comesTo(asItCame.fold, run)).toBe(comesTo(fromTheTable.fold, run));
    expect(fromTheTable.fold.requests('whole').total).toBe(110 * 20 + 2 + 15);
  });

  test('is the same when some of it was not seen, and counts nothing twice', async () => {
    const all = new SoFar(run.plan);
    await all.addStored(database.db, await run.run());
    for (const unseen of [0, 3, 109]) {
      const some = new SoFar(run.plan);
      for (const [i, batch] of batches.entries()) if (i !== unseen) some.add(batch);
      await some.addStored(database.db, await run.run());
      await some.addStored(database.db, await run.run());
      expect(comesTo(some.fold, run)).toBe(comesTo(all.fold, run));
    }
  });

  test('counts nothing twice either when it is read twice at once', async () => {
    const once = new SoFar(run.plan);
    await once.addStored(database.db, await run.run());
    const twice = new SoFar(run.plan);
    const stored = await run.run();
    await Promise.all([twice.addStored(database.db, stored), twice.addStored(database.db, stored)]);
    expect(comesTo(twice.fold, run)).toBe(comesTo(once.fold, run));
  });

  test('is settled the same by the server that saw it and by one that finds it as an orphan', async () => {
    const news = { iterationsStarted: 9, iterationsDropped: 1, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: 10_000, latenessP99Ms: 1, requestsFolded: 0 };
    const results: (RunResult | null)[] = [];
    for (const isSeen of [true, false]) {
      const other = await storedRun(database);
      const soFar = new SoFar(other.plan);
      for (const batch of batches.slice(0, 10)) {
        await saveBatch(database.db, await other.run(), OWNER, STARTED_AT, batch);
        if (isSeen) soFar.add(batch);
      }
      const settled = await settle(database.db, await other.run(), OWNER, { cause: 'planned_end', message: 'The plan ran to its end.', exitCode: 0 }, news, soFar);
      results.push(settled.result);
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0]?.summary.requests).toBe(10 * 20 + 2 + 1);
  });

  test('of a run that stored nothing is nothing', async () => {
    const none = new SoFar(run.plan);
    await none.addStored(database.db, { organizationId: 'north', id: '00000000-0000-4000-8000-000000000000' });
    expect(none.fold.names).toEqual([]);
  });
});
