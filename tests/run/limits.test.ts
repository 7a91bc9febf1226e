/** What a run may take of this machine. */
import { afterEach, describe, expect, test } from 'vitest';
import { childProcesses } from '../helpers/leaks.ts';
import { accepted, definition, planFor, read, running, settled, start, stop } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

const BUSY = 'begin; while :; do request 100000 5000 ok; sleep 0.1; done';
const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') };
afterEach(() => expect(childProcesses()).toEqual([]));

describe('a tool that takes more than the operator allows is ended, with what was measured', () => {
  test.for([
    ['of memory', `python3 -c 'import time; a = bytearray(150_000_000); time.sleep(60)' & ${BUSY}`, { maxMemoryBytes: 100_000_000 }, /^The load was ended: Locust used a memory of \d+(\.\d)? MB, and 100 MB are allowed here \(LOAD_TESTING_MAX_MEMORY_MB\)\.$/],
    ['of output', `(while :; do echo "a line of twenty bytes"; done) & ${BUSY}`, { maxOutputBytes: 100_000 }, /Locust printed \d+(\.\d)? MB, and 0\.1 MB are allowed here/],
    ['of disk', `(while :; do head -c 100000 /dev/zero >> "$HOME/waste"; sleep 0.02; done) & ${BUSY}`, { maxFolderBytes: 1_000_000 }, /Locust wrote files of \d+(\.\d)? MB, and 1 MB are allowed here/],
  ] as const)('%s', async ([, behaviour, limits, message]) => {
    await using server = await testServer({ stopGraceMs: 300, limits, tools: await misbehavingLocust(behaviour) });
    const run = await settled(server, await accepted(server, input));
    expect(run).toMatchObject({ state: 'ABORTED', verdict: 'NOT_EVALUATED', ending: { cause: 'limit_reached' } });
    expect(run.ending?.message).toMatch(message);
    expect(run.summary?.requests).toBeGreaterThan(0);
    expect(server.errors).toEqual([]);
  });
});

test('requests of one name too many are counted together, and the run says so', async () => {
  const names = `i=0; while [ $i -lt 250 ]; do printf '["req",100000,"/users/%s",5000,"ok",200,{"exec":true}]\\n' $i >&3; i=$((i + 1)); done`;
  await using server = await testServer({ tools: await misbehavingLocust(`begin; ${names}; printf '["end","planned",250,0,0,0,0]\\n' >&3`) });
  const run = await settled(server, await accepted(server, input));
  expect([run.requests.length, run.summary?.requests]).toEqual([201, 250]);
  expect(run.warnings.at(-1)).toBe('There were more request names than are counted each: 50 requests of further names stand under "other".');
});

describe('runs wait', () => {
  test('behind one of their own organization, not behind the long queue of another', async () => {
    await using server = await testServer({ stopGraceMs: 300, limits: { concurrentRuns: 2, concurrentRunsPerOrganization: 1 }, tools: await misbehavingLocust(BUSY) });
    const [first, second] = [await accepted(server, input), await accepted(server, input)];
    const { startRun } = await server.query<{ startRun: { id: string } }>('mutation ($input: StartRunInput!) { startRun(input: $input) { ... on LoadTestRun { id } } }', { input }, 'bob');
    await running(server, first);
    const { loadTestRun } = await server.query<{ loadTestRun: { state: string } }>('query ($id: ID!) { loadTestRun(id: $id) { state } }', { id: startRun.id }, 'bob');
    expect([(await read(server, second)).state, loadTestRun.state]).toEqual(['QUEUED', expect.stringMatching(/STARTING|RUNNING/)]);
    await server.query('mutation ($id: ID!) { stopRun(runId: $id) { __typename } }', { id: startRun.id }, 'bob');
    await stop(server, first);
    await settled(server, first);
    await running(server, second);
    await stop(server, second);
    await settled(server, second);
  });

  test('so many of one organization, and so many in all; one more is refused', async () => {
    await using server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust(BUSY) });
    const refusals = async (viewer: string, starts: number) => {
      const answers = await Promise.all(Array.from({ length: starts }, () => start(server, input, viewer)));
      return answers.flatMap(({ code, message }) => (code ? [`${code}: ${message}`] : []));
    };
    expect(await refusals('ada', 12)).toEqual(['too_many_runs: 11 runs of your organization are waiting or running, and no more places are given to one organization. Start this one when some of them have ended.']);
    expect(await refusals('bob', 11)).toEqual(['too_many_runs: 21 runs are waiting or running, and this server takes no more. Start this one when some of them have ended.']);
  });
});
