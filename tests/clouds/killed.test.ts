/** A server that dies in the midst of a run in shards: nothing of it goes on, and who comes next says what became of it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { definition, planFor, REFUSAL } from '../helpers/runs.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { livingBelow, livingWith, toldBy, uuidOf, victim } from '../helpers/victim.ts';

/** It would go on for minutes. */
const SHARD = `
printf '["begin",1,"locust","2.47.0",%s,{"planHash":"","workflowHash":"","scriptHash":"","plan":{},"host":{"os":"linux","cpus":2}}]\\n' "$LOAD_TEST_START_AT" >&3
n=0
while [ $n -lt 3000 ]; do n=$((n+1)); request $((n * 100000)) 5000 ok; sleep 0.1; done`;

test('shards of a dead server end, and the next server settles the run with what was stored, and removes what is left', async () => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'killed-'));
  const locust = await misbehavingLocustAt(SHARD);
  const options = { dataFolder, locust, more: { toolPaths: { LOCUST_PATH: locust }, cloudSettings: { LOAD_TESTING_PROCESS_LEAD_MS: '4000' } } };
  const fleetsLeft = () => readdir(path.join(dataFolder, 'clouds/process')).catch(() => []);
  const shards = () => livingBelow(dataFolder);
  let id: string;
  {
    await using first = await victim(options);
    const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9', { load: { preset: { key: 'constant', users: 6, durationMs: 300_000 } } }), place: 'process', cloud: { shards: 3 } };
    const { startRun } = await first.query<{ startRun: { id: string; message?: string } }>(`mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } ${REFUSAL} } }`, { input });
    expect(startRun.message).toBeUndefined();
    id = startRun.id;
    await until('results are stored', async () => (await toldBy(first, id)).metrics.some(({ requests }) => requests > 0));
    expect(shards().length).toBeGreaterThanOrEqual(3);
    await first.kill();
  }
  await until('no shard lives, and no tool of one', () => shards().length + livingWith(locust).length === 0);
  expect(await fleetsLeft()).toEqual([uuidOf(id)]);
  await using next = await victim(options);
  const run = await until('it is settled', async () => {
    const told = await toldBy(next, id);
    return told.state === 'CRASHED' && told;
  });
  expect(run).toMatchObject({ ending: { cause: 'owner_lost' }, verdict: 'NOT_EVALUATED' });
  expect(run.summary?.requests).toBeGreaterThan(0);
  await until('nothing is left of its fleet', async () => (await fleetsLeft()).length === 0);
  await rm(dataFolder, { recursive: true, force: true });
});
