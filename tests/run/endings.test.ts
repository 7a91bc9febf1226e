import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type DemoTarget, startDemoTarget } from '../../plugin/demo/target.ts';
import { databases } from '../helpers/databases.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { accepted, definition, planFor, read, running, settled, stop } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

let target: DemoTarget;
beforeAll(async () => {
  target = await startDemoTarget();
});
afterAll(() => target.stop());
afterEach(() => expect(childProcesses()).toEqual([]));

const BUSY = 'begin; while :; do request 100000 5000 ok; sleep 0.2; done';
const locust = (more: object = {}) => ({ framework: 'locust', workflow: { definition }, plan: planFor(target.url), ...more });

describe('a tool that misbehaves ends honestly', () => {
  test('one that breaks at the start: crashed, with what it said', async () => {
    await using server = await testServer({ tools: await misbehavingLocust('echo "ImportError: no module named so" >&2; exit 1') });
    const run = await settled(server, await accepted(server, locust()));
    expect(run).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'tool_broke', exitCode: 1 }, summary: { requests: 0 } });
    expect(run.ending?.message).toContain('no module named so');
    expect(run.ending?.message).not.toMatch(/\n/);
  });

  test('one that ends well but sent no line never passes', async () => {
    await using server = await testServer({ tools: await misbehavingLocust('exit 0') });
    const run = await settled(server, await accepted(server, locust()));
    expect(run).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'tool_broke' } });
  });

  test('one that is killed: crashed, and what it had sent is kept', async () => {
    await using server = await testServer({ tools: await misbehavingLocust('begin; request 100000 5000 ok; request 200000 5000 ok; kill -9 $$') });
    const run = await settled(server, await accepted(server, locust()));
    expect(run).toMatchObject({ state: 'CRASHED', ending: { cause: 'tool_killed' }, summary: { requests: 2, inFlightAtEnd: null } });
    expect(run.objectives.every((o) => o.verdict === 'NOT_EVALUATED')).toBe(true);
  });

  test('one that cuts its last line: the line is counted as unreadable, nothing is invented', async () => {
    await using server = await testServer({ tools: await misbehavingLocust(`begin; request 100000 5000 ok; printf '["req",200000,"execute",50' >&3; exit 3`) });
    const run = await settled(server, await accepted(server, locust()));
    expect(run).toMatchObject({ state: 'CRASHED', summary: { requests: 1, linesUnreadable: 1 } });
  });

  test('one that ignores SIGINT and has a child that does too: stopped, and nobody of the group lives', async () => {
    await using server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust(`trap '' INT; begin; (trap '' INT; sleep 60) & while :; do request 100000 5000 ok; sleep 0.2; done`) });
    const id = await accepted(server, locust());
    await running(server, id);
    expect((await stop(server, id)).code).toBeUndefined();
    const run = await settled(server, id);
    expect(run).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked' } });
    expect(run.moves.map((m) => m.to)).toEqual(['QUEUED', 'STARTING', 'RUNNING', 'STOPPING', 'ABORTED']);
    expect(run.ending?.message).toBe('Stopped by ada.');
    expect(childProcesses()).toEqual([]);
  });

  test('one that leaves a child behind when it ends: the child is ended as well', async () => {
    await using server = await testServer({ tools: await misbehavingLocust('begin; sleep 60 & exit 1') });
    expect(await settled(server, await accepted(server, locust()))).toMatchObject({ state: 'CRASHED', ending: { cause: 'tool_broke', exitCode: 1 } });
    expect(childProcesses()).toEqual([]);
  });

  test('one that goes silent is ended', { timeout: 40_000 }, async () => {
    await using server = await testServer({ tools: await misbehavingLocust('begin; sleep 60') });
    expect(await settled(server, await accepted(server, locust()))).toMatchObject({ state: 'CRASHED', ending: { cause: 'reporter_silent' } });
  });
});

describe('a run that waits', () => {
  test('is queued behind the running one, and can be stopped there', async () => {
    await using server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust(`begin; while :; do request 100000 5000 ok; sleep 0.2; done`) });
    const first = await accepted(server, locust());
    const second = await accepted(server, locust());
    await running(server, first);
    expect((await read(server, second)).state).toBe('QUEUED');
    await stop(server, second);
    await stop(server, first);
    expect((await settled(server, first)).state).toBe('ABORTED');
    expect(await settled(server, second)).toMatchObject({ state: 'ABORTED', summary: { requests: 0 } });
  });

  test('a run that is over cannot be stopped again', async () => {
    await using server = await testServer({ tools: await misbehavingLocust('exit 1') });
    const id = await accepted(server, locust());
    await settled(server, id);
    expect(await stop(server, id)).toMatchObject({ code: 'not_running' });
  });
});

for (const { name, available, open } of databases)
  describe.skipIf(!available)(`on ${name}`, () => {
    test('a server that is asked to end ends its runs, and they are settled', async () => {
      await using fresh = await open();
      const server = await testServer({ stopGraceMs: 300, database: fresh.place, tools: await misbehavingLocust(`begin; while :; do request 100000 5000 ok; sleep 0.2; done`) });
      const id = await accepted(server, locust());
      await running(server, id);
      await server[Symbol.asyncDispose]();
      expect(childProcesses()).toEqual([]);
      if (!('url' in fresh.place)) return; // an embedded database in memory is gone with its server
      await using next = await testServer({ database: fresh.place });
      expect(await read(next, id)).toMatchObject({ state: 'ABORTED', ending: { cause: 'server_shutdown' } });
    });
  });

test('who watches a run is told how it ended before a server that is asked to end closes the connection', async () => {
  const server = await testServer({ stopGraceMs: 1000, tools: await misbehavingLocust(`trap '' INT; begin; while :; do request 100000 5000 ok; sleep 0.2; done`) });
  const runs = [await accepted(server, locust()), await accepted(server, locust())];
  const seen: string[][] = [];
  const watching = runs.map(async (id, i) => {
    const states: string[] = [];
    seen[i] = states;
    for await (const { runState } of server.subscribe<{ runState: { state: string; verdict: string | null } }>('subscription ($id: ID!) { runState(runId: $id) { state verdict } }', { id })) states.push(`${runState.state} ${runState.verdict}`);
  });
  const measuring = (async () => {
    let executions = 0;
    for await (const { runMetrics } of server.subscribe<{ runMetrics: { summary: { executions: number } | null } }>('subscription ($id: ID!) { runMetrics(runId: $id) { summary { executions } } }', { id: runs[0] })) executions = runMetrics.summary?.executions ?? executions;
    return executions;
  })();
  await until('one runs and one waits', () => seen[0]?.at(-1) === 'RUNNING null' && seen[1]?.at(-1) === 'QUEUED null');
  await server[Symbol.asyncDispose]();
  await Promise.all(watching);
  expect(seen.map((states) => states.at(-1))).toEqual(['ABORTED NOT_EVALUATED', 'ABORTED NOT_EVALUATED']);
  expect(await measuring).toBeGreaterThan(0);
});

test('a server that is asked to end does not wait for a client that reads nothing', async () => {
  const server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust(BUSY) });
  const id = await accepted(server, locust());
  await running(server, id);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/plugins/load-testing/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  send({ type: 'connection_init', payload: { token: 'ada' } });
  await once(socket, 'message');
  send({ id: '1', type: 'subscribe', payload: { query: 'subscription ($id: ID!) { runState(runId: $id) { state } }', variables: { id } } });
  await once(socket, 'message');
  socket.pause();
  await server[Symbol.asyncDispose]();
  socket.terminate();
});
