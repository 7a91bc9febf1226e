/** A run that goes on for hours is opened by somebody on the server that runs it: what it has come to is known there already. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import type { Db } from '../../server/db/client.ts';
import { BATCHES_AT_ONCE } from '../../server/metrics/store.ts';
import { runEvents } from '../../server/run/events.ts';
import { Feeds } from '../../server/run/feed.ts';
import { runMetrics, type Watched } from '../../server/run/live.ts';
import { openRunner } from '../../server/run/runner.ts';
import { openSandbox } from '../../server/run/sandbox.ts';
import { SoFar } from '../../server/run/so-far.ts';
import { insertRun } from '../../server/run/store.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { frameworks } from '../../templates/index.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { LIMITS } from '../helpers/limits.ts';
import { searchPath } from '../helpers/places.ts';
import { emptyScript, type StoredRun, storedRun, testPlan } from '../helpers/stored-run.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

const SECONDS = 2 * BATCHES_AT_ONCE;

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

onEachDatabase('a run that is opened', (database) => {
  /** Somebody who opens it: each with a reader of their own. */
  async function opened(run: StoredRun, soFar: SoFar | null) {
    const counting = counted(database.db);
    const { events } = run.ctx.runner;
    const ctx: Watched = { db: counting.db, feeds: new Feeds(events), runner: { soFar: () => soFar } };
    const done = new AbortController();
    const updates = runMetrics(ctx, await run.run(), 0, done.signal);
    return {
      counting,
      next: async () => (await updates.next()).value,
      async [Symbol.asyncDispose]() {
        done.abort();
        await updates.return(undefined);
      },
    };
  }

  async function second(run: StoredRun, number: number): Promise<void> {
    for (let i = 0; i < 3; i++) run.add(number * 1000 + 300 * (i + 1), { durationMs: 10 * (i + 1), outcome: (number + i) % 5 === 0 ? 'http_5xx' : 'ok' });
    run.line({ kind: 'request', startMicros: number * 1_000_000, name: 'login', durationMicros: 4000 + number, outcome: 'ok', status: 200, extra: { checks: [1, []] } });
    await run.close(number + 1);
  }

  test('is told from what is folded here already, as from its rows, and so is what comes after', async () => {
    const run = await storedRun(database, testPlan({ load: { preset: { key: 'constant', users: 2, durationMs: 100_000 } }, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 25 }] }));
    for (let i = 0; i < SECONDS; i++) await second(run, i);
    const soFar = new SoFar(run.plan);
    await soFar.addStored(database.db, await run.run());
    await using here = await opened(run, soFar);
    await using elsewhere = await opened(run, null);
    const first = await here.next();
    expect(first).toMatchObject({ sequence: SECONDS, summary: { executions: 3 * SECONDS, requests: 4 * SECONDS } });
    expect(await elsewhere.next()).toEqual(first);
    expect(elsewhere.counting.reads - here.counting.reads).toBe(1 + SECONDS / BATCHES_AT_ONCE);

    const pending = [here.next(), elsewhere.next()];
    await second(run, SECONDS);
    // What is folded here goes on by itself.
    await soFar.addStored(database.db, await run.run());
    const [mine, theirs] = await Promise.all(pending);
    expect(mine).toMatchObject({ sequence: SECONDS + 1, summary: { executions: 3 * (SECONDS + 1) } });
    expect(theirs).toEqual(mine);
    await using late = await opened(run, soFar);
    await using lateElsewhere = await opened(run, null);
    expect(await late.next()).toEqual(await lateElsewhere.next());
  });

  test('is known so to the server that runs it, and to no other, until it is settled', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'opened-'));
    const { db } = database;
    const tool = await (await misbehavingLocust('begin; while :; do request 100000 5000 ok; sleep 0.1; done')).find('locust');
    const framework = frameworks.find(({ key }) => key === 'locust');
    if (!framework || !tool.available) throw new Error('no tool');
    const errors: unknown[] = [];
    const runner = await openRunner({
      db, cipher: openCipher([Buffer.alloc(32, 7)]), owner: randomUUID(), events: runEvents(), runsFolder: folder, searchPath, stopGraceMs: 300, limits: LIMITS, exclusive: false,
      sandbox: await openSandbox({ mode: 'off', dataFolder: '/', searchPath }), log: { info() {}, warn() {}, error: (fields) => void errors.push(fields) },
    });
    try {
      const plan = resolvePlan(testPlan());
      const script = { ...emptyScript, files: [{ path: 'loadtest.py', text: 'pass\n', mediaType: 'text/x-python' }] };
      const run = await insertRun(db, openCipher([Buffer.alloc(32, 7)]), runner.owner, {
        id: randomUUID(), organizationId: 'north', loadTestId: null, workflowId: null, framework: 'locust', frameworkVersion: null, place: 'local',
        workflowHash: 'a'.repeat(64), plan: plan.plan, planHash: plan.hash, plannedDurationMs: plan.durationMs, startedBy: 'ada',
      }, script);
      runner.accept({ run, plan, script, framework, executable: tool.executable, variables: {} });
      await until('it has come to something', () => (runner.soFar(run.id)?.fold.executions('whole').total ?? 0) > 0);
      expect(runner.soFar(run.id)?.sequence).toBeGreaterThan(0);
      expect(runner.soFar(randomUUID())).toBeNull();
      runner.stop(run.id, 'Stopped by ada.');
      await until('it is settled', () => runner.soFar(run.id) === null);
      expect(errors).toEqual([]);
    } finally {
      await runner.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
