/** A database that is gone while a run is going. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { cuttable } from '../helpers/cuttable.ts';
import { databases } from '../helpers/databases.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { long } from '../helpers/long.ts';
import { accepted, definition, planFor, settled, stop } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

/** Ten requests a second, each at its time. */
const STEADY = 'begin; t0=$(date +%s%3N); while :; do now=$(( $(date +%s%3N) - t0 )); request $((now * 1000)) 5000 ok; sleep 0.1; done';
const [, postgres] = databases;

afterEach(() => expect(childProcesses()).toEqual([]));

describe.skipIf(!postgres?.available)('a database that is gone', () => {
  async function interrupted(goneForMs: number) {
    if (!postgres) throw new Error('no PostgreSQL');
    const resources = new AsyncDisposableStack();
    const fresh = resources.use(await postgres.open());
    const way = resources.use(await cuttable('url' in fresh.place ? fresh.place.url : ''));
    const server = resources.use(await testServer({ database: { url: way.url }, stopGraceMs: 300, tools: await misbehavingLocust(STEADY) }));
    const plan = planFor('http://127.0.0.1:9', { load: { preset: { key: 'constant', users: 2, durationMs: 300_000 } } });
    const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan });
    const seconds = async () => (await server.query<{ loadTestRun: { metrics: { offsetMs: number; requests: number }[] } }>('query ($id: ID!) { loadTestRun(id: $id) { metrics { offsetMs requests } } }', { id })).loadTestRun.metrics;
    await until('seconds are stored', async () => (await seconds()).length >= 2);
    await way.cut();
    await delay(goneForMs); // how long it is gone is what is tested
    const loadWhileGone = childProcesses().length;
    await way.mend();
    return { resources, server, id, seconds, loadWhileGone };
  }

  test('for 10 s costs nothing: the run goes on, and every second of it is stored', { timeout: 60_000 }, async () => {
    const { resources, server, id, seconds, loadWhileGone } = await interrupted(10_000);
    await using _ = resources;
    expect(loadWhileGone).toBeGreaterThan(0);
    const before = (await until('it can be read again', () => seconds().catch(() => null))).length;
    await until('what was kept, and more, is stored', async () => (await seconds().catch(() => [])).length >= before + 12);
    await stop(server, id);
    const run = await settled(server, id);
    expect(run).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked' } });
    const stored = await seconds();
    expect(stored.map(({ offsetMs }) => offsetMs)).toEqual(stored.map((_, i) => i * 1000));
    // Seconds that are whole.
    for (const { offsetMs, requests } of stored.slice(1, -2)) expect(requests, `at ${offsetMs} ms`).toBeGreaterThan(0);
    expect(run.summary?.requests).toBe(stored.reduce((sum, { requests }) => sum + requests, 0));
  });

  test.skipIf(!long)('for 60 s ends the load with the lease, and the run is settled as lost when it is back, with its numbers (in the long run only)', { timeout: 180_000 }, async () => {
    const { resources, server, id, loadWhileGone } = await interrupted(60_000);
    await using _ = resources;
    expect(loadWhileGone).toBe(0);
    const run = await until('the run is settled', async () => {
      const told = await settled(server, id, 1000).catch(() => null);
      return told?.ending && told;
    });
    expect(run).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'owner_lost' } });
    expect(run.summary?.requests).toBeGreaterThan(0);
  });
});
