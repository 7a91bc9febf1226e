/** The runner and its database, without the API: what happens when one of the two is not as it should be. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import postgresJs from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';
import type { Job } from '../../server/run/execute.ts';
import { runEvents } from '../../server/run/events.ts';
import { askStop } from '../../server/run/ownership/store.ts';
import type { Run } from '../../server/run/run.ts';
import { openRunner, type Runner } from '../../server/run/runner.ts';
import { openSandbox } from '../../server/run/sandbox.ts';
import { isSettled } from '../../server/run/state.ts';
import { findRun, insertRun } from '../../server/run/store.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { frameworks } from '../../templates/index.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { childProcesses, openHandles } from '../helpers/leaks.ts';
import { LIMITS } from '../helpers/limits.ts';
import { searchPath } from '../helpers/places.ts';
import { emptyScript, testPlan } from '../helpers/stored-run.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

const cipher = openCipher([Buffer.alloc(32, 7)]);
const sandbox = await openSandbox({ mode: 'off', dataFolder: '/', searchPath });
const BUSY = 'begin; while :; do request 100000 5000 ok; sleep 0.1; done';
const script = { ...emptyScript, files: [{ path: 'loadtest.py', text: 'pass\n', mediaType: 'text/x-python' }] };

onEachDatabase('a runner', (database) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'runner-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => expect(childProcesses()).toEqual([]));

  interface OpenRunner extends AsyncDisposable {
    readonly runner: Runner;
    readonly errors: { readonly message: string; readonly err: Error }[];
    start(behaviour: string, check?: string): Promise<string>;
    read(id: string): Promise<Run>;
    settled(id: string): Promise<Run>;
  }

  async function runnerOf(more: { concurrentRuns?: number; owner?: string; stopGraceMs?: number } = {}): Promise<OpenRunner> {
    const errors: OpenRunner['errors'] = [];
    const { db } = database;
    const runner = await openRunner({
      db, cipher, owner: more.owner ?? randomUUID(), events: runEvents(), runsFolder: folder, searchPath, sandbox, stopGraceMs: more.stopGraceMs ?? 300, limits: { ...LIMITS, concurrentRuns: more.concurrentRuns ?? 1 }, exclusive: database.exclusive, renewMs: 500,
      log: { info() {}, warn() {}, error: (fields, message) => void errors.push({ message, err: (fields as { err: Error }).err }) },
    });
    const read = async (id: string) => {
      const run = await findRun(db, cipher, 'north', id);
      if (!run) throw new Error('the run is gone');
      return run;
    };
    return {
      runner,
      errors,
      read,
      settled: (id) => until('the run is settled', async () => { const run = await read(id); return isSettled(run.state) && run; }),
      async start(behaviour, check) {
        const framework = frameworks.find((f) => f.key === 'locust');
        const tool = await (await misbehavingLocust(behaviour, check)).find('locust');
        if (!framework || !tool.available) throw new Error('no tool');
        const plan = resolvePlan(testPlan());
        const run = await insertRun(db, cipher, runner.owner, {
          id: randomUUID(), organizationId: 'north', loadTestId: null, workflowId: null, framework: 'locust', frameworkVersion: null, place: 'local',
          workflowHash: 'a'.repeat(64), plan: plan.plan, planHash: plan.hash, plannedDurationMs: plan.durationMs, startedBy: 'ada',
        }, script);
        const job: Job = { run, plan, script, framework, executable: tool.executable, variables: { LOAD_TEST_TOKEN: 'sesame-4711' } };
        runner.accept(job);
        return run.id;
      },
      [Symbol.asyncDispose]: () => runner.close(),
    };
  }
  const execute = (statement: string) => database.db.execute(sql.raw(statement));

  test('an owner that lost its run ends the load, writes no more, and leaves no timer', async () => {
    const timers = () => openHandles().filter((kind) => kind === 'Timeout').length;
    const loseOne = async () => {
      await using r = await runnerOf();
      const id = await r.start(BUSY);
      await until('rows are stored', async () => (await r.read(id)).sequence > 0);
      await execute(`update load_test_run set owner = 'somebody else', lease_until = now() + interval '1 hour' where id = '${id}'`);
      const { sequence } = await r.read(id);
      await until('the load is over', () => childProcesses().length === 0);
      await until('the run is let go', () => r.runner.size === 0);
      expect(await r.read(id)).toMatchObject({ state: 'running', sequence, finishedAt: null });
      await execute(`delete from load_test_run where id = '${id}'`);
    };
    await loseOne();
    const afterOne = timers();
    await loseOne();
    // The pool of connections to a PostgreSQL has timers of its own.
    if (database.exclusive) await until('no timer is left', () => timers() <= afterOne, 3000);
  });

  test('the load of a run that was lost is over before another server may take the run, however long a tool is waited for otherwise', async () => {
    await using r = await runnerOf({ stopGraceMs: 60_000 });
    const id = await r.start(`trap '' INT; ${BUSY}`);
    await until('it runs', async () => (await r.read(id)).state === 'running');
    await execute(`update load_test_run set owner = 'somebody else', lease_until = now() + interval '1 hour' where id = '${id}'`);
    await until('the load is over', () => childProcesses().length === 0, 10_000);
    await until('the run is let go', () => r.runner.size === 0);
    await execute(`delete from load_test_run where id = '${id}'`);
  });

  test('results that could not be stored after a good end of the tool are no good end', async () => {
    await using r = await runnerOf();
    await execute('alter table performance_metric rename to away');
    try {
      const id = await r.start(`begin; request 100000 5000 ok; printf '["end","planned",1,0,0,0,0]\\n' >&3; exit 0`);
      await until('the trouble is told', () => r.errors.some(({ message }) => message.includes('could not be stored')));
      await execute('alter table away rename to performance_metric');
      expect(await r.settled(id)).toMatchObject({ state: 'crashed', verdict: 'not_evaluated', ending: { cause: 'internal_error', exitCode: 0 } });
    } finally {
      await execute('alter table if exists away rename to performance_metric');
    }
  });

  test('a database that is away when a run is stopped does not keep the load going; the run is settled when it is back', { timeout: 60_000 }, async () => {
    await using r = await runnerOf();
    const id = await r.start(BUSY);
    await until('it runs', async () => (await r.read(id)).state === 'running');
    await execute('alter table load_test_run rename to away');
    try {
      expect(r.runner.stop(id, 'Stopped by ada.')).toBe(true);
      await until('the load is over', () => childProcesses().length === 0);
      await until('it was tried to settle', () => r.errors.length >= 2);
    } finally {
      await execute('alter table away rename to load_test_run');
    }
    expect(await r.settled(id)).toMatchObject({ state: 'aborted', ending: { cause: 'stop_asked', message: 'Stopped by ada.' } });
  });

  test('a run of this server that has no lease any more and is not active is settled, and its numbers are kept', async () => {
    await using r = await runnerOf();
    const id = await r.start('begin; request 100000 5000 ok; exit 1');
    await r.settled(id);
    // Until then its lease is still renewed.
    await until('it is let go', () => r.runner.size === 0);
    await execute(`update load_test_run set finished_at = null, state = 'running', result = null, verdict = null, lease_until = now() - interval '1 second',
      moves = '[{"from":null,"to":"queued","at":"2026-03-01T10:00:00.000Z","cause":"accepted"},{"from":"queued","to":"starting","at":"2026-03-01T10:00:00.000Z","cause":"turn_came"},{"from":"starting","to":"running","at":"2026-03-01T10:00:00.000Z","cause":"first_line"}]' where id = '${id}'`);
    expect(await r.settled(id)).toMatchObject({ state: 'crashed', ending: { cause: 'owner_lost' }, result: { summary: { requests: 1 } } });
  });

  test('an active run is never taken for an orphan by its own server, however late its lease is renewed', async () => {
    await using r = await runnerOf();
    const id = await r.start(BUSY);
    await until('it runs', async () => (await r.read(id)).state === 'running');
    await execute(`update load_test_run set lease_until = now() - interval '1 hour' where id = '${id}'`);
    await until('the lease is renewed', () => isRenewed(id));
    expect((await r.read(id)).state).toBe('running');
    expect(childProcesses()).not.toEqual([]);
  });

  async function isRenewed(id: string): Promise<boolean> {
    const result = (await execute(`select id from load_test_run where id = '${id}' and lease_until > now()`)) as unknown as unknown[] | { rows: unknown[] };
    return (Array.isArray(result) ? result : result.rows).length > 0;
  }

  test('a stop that another server wrote into the row is seen with the next renewal', async () => {
    await using r = await runnerOf();
    const id = await r.start(BUSY);
    await until('it runs', async () => (await r.read(id)).state === 'running');
    await askStop(database.db, 'north', id, 'bob');
    expect(await r.settled(id)).toMatchObject({ state: 'aborted', ending: { cause: 'stop_asked', message: 'Stopped by bob.' } });
  });

  test('an owner that loses its run while it is being stopped settles nothing; whoever has it then keeps its numbers', async () => {
    await using r = await runnerOf();
    const id = await r.start(`trap '' INT; ${BUSY}`);
    await until('rows are stored', async () => (await r.read(id)).sequence > 0);
    r.runner.stop(id, 'Stopped by ada.');
    await until('it is stopping', async () => (await r.read(id)).state === 'stopping');
    await execute(`update load_test_run set owner = 'somebody else', lease_until = now() + interval '1 hour' where id = '${id}'`);
    const { sequence } = await r.read(id);
    await until('the run is let go', () => r.runner.size === 0);
    expect(await r.read(id)).toMatchObject({ state: 'stopping', sequence, finishedAt: null });
    await execute(`update load_test_run set lease_until = now() where id = '${id}'`);
    const run = await r.settled(id);
    expect([run.state, run.ending?.cause, run.sequence]).toEqual(['crashed', 'owner_lost', sequence]);
    expect(run.result?.summary.requests).toBeGreaterThan(0);
  });

  test('one that waits and is asked to end does not wait for its turn', async () => {
    await using r = await runnerOf();
    const first = await r.start(BUSY);
    const second = await r.start(BUSY);
    await until('the first runs', async () => (await r.read(first)).state === 'running');
    r.runner.stop(second, 'Stopped by ada.');
    expect((await r.settled(second)).moves.map((move) => move.to)).toEqual(['queued', 'aborted']);
    expect((await r.read(first)).state).toBe('running');
  });

  test('one that waits when its server is asked to end never began, and says what to do', async () => {
    const r = await runnerOf();
    const first = await r.start(BUSY);
    await until('the first one runs', async () => (await r.read(first)).state === 'running');
    const second = await r.start(BUSY);
    await r.runner.close();
    expect((await r.read(first)).ending).toMatchObject({ cause: 'server_shutdown', message: 'The server was asked to end.' });
    expect(await r.read(second)).toMatchObject({ state: 'aborted', ending: { cause: 'server_shutdown', message: 'It never began: its place in the queue was lost when its server ended. Start it again.' } });
  });

  test('stopped at any moment, a run moves legally to its end', { timeout: 60_000 }, async () => {
    await using r = await runnerOf({ concurrentRuns: 3 });
    const moments: ((id: string) => Promise<unknown>)[] = [
      async () => undefined,
      (id) => until('it starts', async () => (await r.read(id)).state !== 'queued'),
      (id) => until('its folder is there', () => existsSync(path.join(folder, id, 'bundle'))),
      (id) => until('its tool is there', () => childProcesses().some((line) => line.includes(id))),
      (id) => until('it runs', async () => (await r.read(id)).state === 'running'),
    ];
    for (const moment of moments) {
      const id = await r.start(BUSY);
      await moment(id);
      r.runner.stop(id, 'Stopped by ada.');
      expect(await r.settled(id)).toMatchObject({ state: 'aborted', ending: { cause: 'stop_asked' } });
      await until('its folder is gone', () => !existsSync(path.join(folder, id)));
    }
    expect(r.errors).toEqual([]);
  });

  test('what a tool printed is told on one line, without what no database keeps, and without the token', async () => {
    await using r = await runnerOf();
    const id = await r.start(`printf 'ValueError: \\000 at sesame-4711\\n' >&2; exit 1`);
    const { ending, state } = await r.settled(id);
    expect([state, ending?.cause]).toEqual(['crashed', 'tool_broke']);
    expect(ending?.message).toMatch(/ValueError: +at \*\*\*/);
    expect(r.errors).toEqual([]);
  });

  test.skipIf(database.name !== 'PostgreSQL')('a database that does not answer when the tool has just started does not keep the load from being ended', { timeout: 60_000 }, async () => {
    if (!('url' in database.place)) throw new Error('no PostgreSQL');
    await using r = await runnerOf();
    await execute(`create function wait_for_the_test() returns trigger language plpgsql as $$ begin perform pg_advisory_lock(4711); perform pg_advisory_unlock(4711); return new; end $$`);
    await execute('create trigger slow before update on load_test_run for each row when (new.process is distinct from old.process) execute function wait_for_the_test()');
    const holding = postgresJs(database.place.url, { max: 1 });
    try {
      await holding`select pg_advisory_lock(4711)`;
      const id = await r.start(BUSY);
      await until('its tool is there', () => childProcesses().some((line) => line.includes(id)));
      r.runner.stop(id, 'Stopped by ada.');
      await until('the load is over', () => childProcesses().length === 0, 2300);
      await holding`select pg_advisory_unlock(4711)`;
      expect(await r.settled(id)).toMatchObject({ state: 'aborted', ending: { cause: 'stop_asked' } });
      expect(r.errors).toEqual([]);
    } finally {
      await holding.end();
      await execute('drop trigger slow on load_test_run');
    }
  });

  test('a run that is about to be accepted is waited for by a server that ends, and ended with it; no other one is', async () => {
    const r = await runnerOf();
    const place = r.runner.reserve('north');
    let closed = false;
    const closing = r.runner.close().then(() => { closed = true; });
    expect(r.runner.reserve('north').refused).toBe('The server was asked to end. Start this run when it is back.');
    const id = await r.start(BUSY);
    expect(closed).toBe(false);
    place[Symbol.dispose]();
    await closing;
    expect(await r.read(id)).toMatchObject({ state: 'aborted', ending: { cause: 'server_shutdown' } });
  });

  test('a run that is accepted while the server ends is ended with it', async () => {
    const r = await runnerOf();
    const closing = r.runner.close();
    const id = await r.start(BUSY);
    await closing;
    expect(await r.settled(id)).toMatchObject({ state: 'aborted', ending: { cause: 'server_shutdown' } });
  });
});
