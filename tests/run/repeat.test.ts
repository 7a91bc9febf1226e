/** The same run several times, as one group. */
import { afterEach, expect, test } from 'vitest';
import { childProcesses } from '../helpers/leaks.ts';
import { accepted, definition, planFor, settled, start, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') };
const SHORT = `begin; request 100000 5000 ok; printf '["end","planned",1,0,0,0,0]\\n' >&3`;
const BUSY = 'begin; while :; do request 100000 5000 ok; sleep 0.1; done';
afterEach(() => expect(childProcesses()).toEqual([]));

interface Listed {
  readonly id: string;
  readonly repeatGroup: string | null;
  readonly repeat: { readonly number: number; readonly of: number; readonly runs: readonly { readonly id: string }[] } | null;
  readonly moves: readonly { readonly to: string; readonly at: string }[];
}

async function allRuns(server: TestServer): Promise<Listed[]> {
  const { loadTestRuns } = await server.query<{ loadTestRuns: { edges: { node: Listed }[] } }>('{ loadTestRuns { edges { node { id repeatGroup repeat { number of runs { id } } moves { to at } } } } }');
  return loadTestRuns.edges.map(({ node }) => node);
}

test.each([1, 2])('three of it run one after the other where %i may run at once, and know each other', async (atOnce) => {
  await using server = await testServer({ tools: await misbehavingLocust(SHORT), limits: { concurrentRuns: atOnce, concurrentRunsPerOrganization: atOnce } });
  const first = await accepted(server, { ...input, repeat: 3 });
  const ids = (await allRuns(server)).map(({ id }) => id);
  expect(ids).toHaveLength(3);
  expect(ids).toContain(first);
  for (const id of ids) expect(await settled(server, id)).toMatchObject({ state: 'FINISHED' });
  const atOf = ({ moves }: Listed, state: string) => Date.parse(moves.find(({ to }) => to === state)?.at ?? '');
  const runs = (await allRuns(server)).sort((a, b) => atOf(a, 'STARTING') - atOf(b, 'STARTING'));
  // The one that was given is the first.
  expect(runs[0]?.id).toBe(first);
  expect(new Set(runs.map(({ repeatGroup }) => repeatGroup)).size).toBe(1);
  expect(runs[0]?.repeatGroup).not.toBeNull();
  for (const [i, run] of runs.entries()) expect(run.repeat).toEqual({ number: i + 1, of: 3, runs: runs.map(({ id }) => ({ id })) });
  for (const [i, run] of runs.slice(1).entries()) expect(atOf(run, 'STARTING')).toBeGreaterThanOrEqual(atOf(runs[i]!, 'FINISHED'));
});

test('a single one has no group', async () => {
  await using server = await testServer({ tools: await misbehavingLocust(SHORT) });
  await settled(server, await accepted(server, { ...input, repeat: 1 }));
  expect(await allRuns(server)).toMatchObject([{ repeatGroup: null, repeat: null }]);
});

test('none is started where not all of them have a place, or the number makes no sense', async () => {
  await using server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust(BUSY) });
  const running = await accepted(server, { ...input, repeat: 2 });
  expect(await start(server, { ...input, repeat: 10 })).toMatchObject({ code: 'too_many_runs', message: expect.stringMatching(/^There is no place for all 10, so none was started\. 11 runs of your organization/) });
  for (const repeat of [0, 11, -1]) expect(await start(server, { ...input, repeat })).toMatchObject({ code: 'invalid_input', problems: [{ path: 'repeat', message: 'Give a number of runs from 1 to 10.' }] });
  const ids = (await allRuns(server)).map(({ id }) => id);
  expect(ids).toHaveLength(2);
  // Its place is free again.
  const one = await accepted(server, input);
  for (const id of [...ids, one]) await stop(server, id);
  for (const id of [running, ...ids, one]) expect(await settled(server, id)).toMatchObject({ state: 'ABORTED' });
});
