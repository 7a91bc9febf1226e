/** Many shards of one machine: what they send together is the plan, to the last request. */
import { describe, expect, test } from 'vitest';
import { startDemoTargetApart } from '../../plugin/demo/apart.ts';
import { toolPath } from '../helpers/places.ts';
import { accepted, definition, settled } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';

const SHARDS = 20;
const rows = Array.from({ length: 400 }, (_, i) => `row-${i}`);

for (const framework of ['locust', 'artillery', 'k6'])
  describe.skipIf((await toolPath(framework)) === null)(`${SHARDS} shards of ${framework}`, () => {
    test('start each iteration of the plan once, send each row once, and tell all that the target received', { timeout: 300_000 }, async () => {
      const target = await startDemoTargetApart({ keepBodies: 1000 });
      await using server = await testServer({ target: target.url });
      const plan = {
        target: { preset: 'studio', baseUrl: target.url },
        load: { open: { stages: [{ durationMs: 3000, ratePerSecond: 31 }, { durationMs: 10_000, ratePerSecond: 31 }], maxUsers: 60 } },
        inputs: { dataset: { format: 'csv', text: ['name', ...rows].join('\n'), order: 'unique' } },
      };
      const id = await accepted(server, { framework, workflow: { definition }, plan, place: 'process', cloud: { shards: SHARDS } });
      const run = await settled(server, id, 200_000);
      const { requests } = await target.truth();
      const { loadTestRun } = await server.query<{ loadTestRun: { shards: { state: string; requests: number; lateMs: number }[] } }>('query ($id: ID!) { loadTestRun(id: $id) { shards { state requests lateMs } } }', { id });
      const planned = Math.floor(31 * 1.5 + 310 + 1e-9);
      expect(run).toMatchObject({ state: 'FINISHED', ending: { cause: 'planned_end' }, summary: { requests: planned, iterationsStarted: planned, executions: planned, failedExecutions: 0 } });
      expect(requests.length).toBe(planned);
      expect(loadTestRun.shards.map(({ state }) => state)).toEqual(Array.from({ length: SHARDS }, () => 'succeeded'));
      expect(loadTestRun.shards.reduce((sum, shard) => sum + shard.requests, 0)).toBe(planned);
      const sent = requests.map(({ body }) => (JSON.parse(body ?? '{}') as { inputs: { name: string } }).inputs.name);
      expect(new Set(sent).size).toBe(planned);
      expect(server.errors).toEqual([]);
      await target.stop();
    });
  });
