/** A shard where what a container printed can hardly be read once it has ended. */
import { expect, test } from 'vitest';
import { startDemoTarget } from '../../../plugin/demo/target.ts';
import { accepted, definition, planFor, settled } from '../../helpers/runs.ts';
import { testServer } from '../../helpers/server.ts';
import { misbehavingLocustAt } from '../../helpers/tool.ts';
import { missing, openBed, STAY_MS } from './bed.ts';

const SHARD = `
at=$(( LOAD_TEST_START_AT / 1000 ))
printf '["begin",1,"locust","2.47.0",%s,{"planHash":"","workflowHash":"","scriptHash":"","plan":{},"host":{"os":"linux","cpus":2}}]\\n' "$LOAD_TEST_START_AT" >&3
while [ "$(date +%s)" -lt "$at" ]; do sleep 0.1; done
request 0 5000 ok
printf '["end","planned",1,0,0,0,0]\\n' >&3`;

test.skipIf(missing)(`a shard stays after its last line, so that Azure tells it${missing ? ` (${missing})` : ''}`, async () => {
  const target = await startDemoTarget();
  const locust = await misbehavingLocustAt(SHARD);
  await using bed = await openBed({ locust });
  await using server = await testServer({ clouds: [bed.cloud], cloudSettings: bed.settings, toolPaths: { LOCUST_PATH: locust } });
  const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor(target.url), place: 'azure', cloud: { shards: 1 } });
  expect(await settled(server, id)).toMatchObject({ state: 'FINISHED', summary: { requests: 1 } });
  const [stayed = 0] = bed.stayed;
  expect(stayed).toBeGreaterThanOrEqual(STAY_MS);
  expect(stayed).toBeLessThan(2 * STAY_MS);
  await target.stop();
});
