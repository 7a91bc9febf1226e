import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { frameworks } from '../../templates/index.ts';
import { type KailashServer, kailashInstalled, startKailash } from '../helpers/kailash.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { toolPath } from '../helpers/places.ts';
import { accepted, definition, settled, unlessStarved } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

describe.skipIf(!kailashInstalled)('against a real Kailash server, by the gateway preset', () => {
  let kailash: KailashServer;
  let server: TestServer;
  beforeAll(async () => {
    kailash = await startKailash();
    server = await testServer();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await kailash[Symbol.asyncDispose]();
  });
  afterEach(() => expect(childProcesses().filter((child) => !child.includes('server.py'))).toEqual([]));

  const plan = (workflowName: string) => ({
    target: { preset: 'gateway', baseUrl: kailash.url, workflowName },
    load: { open: { stages: [{ durationMs: 0, ratePerSecond: 10 }, { durationMs: 4000, ratePerSecond: 10 }], maxUsers: 20 } },
    inputs: { fixed: '{"n": 7}' },
    objectives: [{ metric: 'latency', statistic: 'p50', comparison: '<', value: 2000 }],
  });

  for (const { key, name } of frameworks)
    describe(name, async () => {
      const missing = (await toolPath(key)) === null;

      test.skipIf(missing)('every execution that Kailash received is counted, and it passes', async () => {
        const before = await kailash.executions();
        const run = await settled(server, await accepted(server, { framework: key, workflow: { definition }, plan: plan('fast') }));
        expect(run).toMatchObject({ state: 'FINISHED', verdict: unlessStarved(run, 'PASSED'), summary: { requests: 40, executions: 40, failedExecutions: 0 } });
        expect((await kailash.executions()) - before).toBe(40);
      });

      test.skipIf(missing)('a workflow that fails is a failed verdict, with its class', async () => {
        const run = await settled(server, await accepted(server, { framework: key, workflow: { definition }, plan: plan('fail') }));
        expect(run).toMatchObject({ state: 'FINISHED', verdict: unlessStarved(run, 'FAILED'), summary: { failedExecutions: 40 } });
        expect(run.requests[0]?.failures).toMatchObject([{ class: 'http_5xx', count: 40 }]);
      });
    });
});
