import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDemoTarget } from '../../plugin/demo/target.ts';
import { frameworks } from '../../templates/index.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { toolPath } from '../helpers/places.ts';
import { accepted, definition, planFor, settled, unlessStarved } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

let server: TestServer;
let deadUrl: string;
beforeAll(async () => {
  server = await testServer();
  const target = await startDemoTarget();
  deadUrl = target.url;
  await target.stop();
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => expect(childProcesses()).toEqual([]));

for (const { key, name } of frameworks)
  describe(`a target that is not there, on ${name}`, async () => {
    test.skipIf((await toolPath(key)) === null)('is a failed verdict that says so, not a crash and not a pass', async () => {
      const load = { closed: { stages: [{ durationMs: 0, users: 1 }, { durationMs: 3000, users: 1 }] } };
      const plan = planFor(deadUrl, { load, thinkTime: { minMs: 10, maxMs: 10 }, objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 500 }] });
      const run = await settled(server, await accepted(server, { framework: key, workflow: { definition }, plan }));
      expect(run).toMatchObject({ state: 'FINISHED', verdict: unlessStarved(run, 'FAILED'), ending: { cause: 'planned_end', exitCode: 99 } });
      expect(run.verdictReasons[0]).toBe(`The target refused every connection. Is it running at ${deadUrl}?`);
      expect(run.summary?.requests).toBe(run.summary?.failedExecutions);
      expect(run.requests[0]?.failures).toMatchObject([{ class: 'refused', count: run.summary?.requests }]);
      expect(run.objectives[0]).toMatchObject({ verdict: 'NOT_EVALUATED', reason: expect.stringContaining('no latency to judge') });
    });
  });
