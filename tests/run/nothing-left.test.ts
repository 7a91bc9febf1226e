import { afterEach, expect, test } from 'vitest';
import { startDemoTarget } from '../../plugin/demo/target.ts';
import { childProcesses, openHandles } from '../helpers/leaks.ts';
import { accepted, definition, planFor, running, settled, stop } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

const before = openHandles();

afterEach(async () => {
  expect(childProcesses()).toEqual([]);
  // Sockets close a moment after they were told to.
  await until('only what was open before is open', () => JSON.stringify(openHandles()) === JSON.stringify(before), 5000).catch(() => expect(openHandles()).toEqual(before));
});

const busy = 'begin; while :; do request 100000 5000 ok; sleep 0.2; done';

test('after a server with a finished run, a stopped one and a subscriber: no process, no listener, no timer', async () => {
  const target = await startDemoTarget();
  {
    await using server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust(busy) });
    const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor(target.url) });
    await running(server, id);
    const updates = server.subscribe('subscription ($id: ID!) { runMetrics(runId: $id) { sequence } }', { id });
    await updates.next();
    await stop(server, id);
    await settled(server, id);
    await updates.return?.();
  }
  await target.stop();
});

test('after a server that is stopped while a run goes and somebody listens', async () => {
  const server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust(busy) });
  const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') });
  await running(server, id);
  const updates = server.subscribe('subscription ($id: ID!) { runMetrics(runId: $id) { sequence } }', { id });
  await updates.next();
  await server[Symbol.asyncDispose]();
  await updates.return?.();
});
