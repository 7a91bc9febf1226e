/** Faults of tools and machines that a run survives: it ends, it says why, what was measured is kept, and nothing of it is left. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { embeddedIn } from '../helpers/embedded.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { amount } from '../helpers/long.ts';
import { accepted, definition, planFor, running, settled, start, stop } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';
import { type Standalone, startStandalone } from '../helpers/standalone.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';

const BUSY = 'begin; while :; do request 100000 5000 ok; sleep 0.1; done';
const END = `printf '["end","planned",1,0,0,0,0]\\n' >&3`;
const input = { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') };
afterEach(() => expect(childProcesses()).toEqual([]));

describe('a tool', () => {
  test('that vanishes while its run waits: the run says so, and the next start is refused', async () => {
    const tools = await misbehavingLocust(BUSY);
    await using server = await testServer({ stopGraceMs: 300, tools });
    const first = await accepted(server, input);
    const second = await accepted(server, input);
    await running(server, first);
    const { executable = '' } = await tools.find('locust');
    await rm(executable);
    await stop(server, first);
    const run = await settled(server, second);
    expect(run).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'tool_broke', message: `Locust could not be started: there is no program at ${executable} any more.`, exitCode: null } });
    expect(run.moves.map(({ to }) => to)).toEqual(['QUEUED', 'STARTING', 'CRASHED']);
    const refused = await start(server, input);
    expect(refused).toMatchObject({ code: 'framework_unavailable', message: expect.stringContaining(`There is no program at ${executable} any more.`) });
    expect(server.errors).toEqual([]);
  });

  test('that writes rubbish in the place of lines, and ends well: no result is invented', async () => {
    await using server = await testServer({ tools: await misbehavingLocust(`head -c 300000 /dev/urandom >&3; printf '\\n{"a":1}\\n[]\\nnull\\n' >&3; exit 0`) });
    const run = await settled(server, await accepted(server, input));
    expect(run).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'tool_broke' }, summary: { requests: 0 } });
    expect(run.ending?.message).toMatch(/^Locust ended without telling its result, and \d+ of its lines could not be read\.$/);
    expect(server.errors).toEqual([]);
  });

  test('that hangs at its start is ended, with what it printed last', async () => {
    await using server = await testServer({ stopGraceMs: 300, beginWithinMs: 1000, tools: await misbehavingLocust('echo "waiting for the licence server" >&2; sleep 60') });
    const run = await settled(server, await accepted(server, input));
    expect(run).toMatchObject({ state: 'CRASHED', verdict: 'NOT_EVALUATED', ending: { cause: 'tool_broke', message: 'Locust did not begin within 1 s: waiting for the licence server' } });
    expect(server.errors).toEqual([]);
  });

  test('that sends a line of 10 MB: it is one unreadable line, and the others count', async () => {
    await using server = await testServer({ tools: await misbehavingLocust(`begin; request 100000 5000 ok; head -c 10000000 /dev/zero | tr '\\0' x >&3; echo >&3; printf '["req",100000,"%s",5000,"ok",200,{"exec":true}]\\n' "$(head -c 100000 /dev/zero | tr '\\0' n)" >&3; request 200000 5000 ok; ${END}`) });
    const run = await settled(server, await accepted(server, input));
    expect(run).toMatchObject({ state: 'FINISHED', verdict: 'NOT_EVALUATED', summary: { requests: 2, linesUnreadable: 2 } });
    expect(server.errors).toEqual([]);
  });

  // A million of them in the long run.
  const many = amount(200_000, 1_000_000);
  test(`that names each of ${many} requests anew: they are all counted, under 201 names, in little memory`, { timeout: 300_000 }, async () => {
    const names = `python3 -c 'import sys
w = open(3, "w", buffering=1 << 20, closefd=False)
for i in range(${many}): w.write("[\\"req\\",%d,\\"/users/%d\\",5000,\\"ok\\",200,{\\"exec\\":true}]\\n" % (i, i))
w.flush()'`;
    await using server = await testServer({ tools: await misbehavingLocust(`begin; ${names}; ${END}`) });
    const before = process.memoryUsage().rss;
    // The plan is long enough for a busy machine to read them all.
    const plan = planFor('http://127.0.0.1:9', { load: { preset: { key: 'constant', users: 2, durationMs: 120_000 } } });
    const run = await settled(server, await accepted(server, { ...input, plan }), 240_000);
    expect(run).toMatchObject({ state: 'FINISHED', summary: { requests: many, linesUnreadable: 0 } });
    expect(run.requests).toHaveLength(201);
    expect(run.warnings).toContainEqual(expect.stringContaining(`${many - 200} requests of further names stand under "other"`));
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(400);
    expect(server.errors).toEqual([]);
  });
});

test('two stops at once are one: both are answered, the run is ended once', async () => {
  await using server = await testServer({ stopGraceMs: 300, tools: await misbehavingLocust(BUSY) });
  const id = await accepted(server, input);
  await running(server, id);
  const answers = await Promise.all([stop(server, id), stop(server, id)]);
  expect(answers.map(({ code }) => code)).toEqual([undefined, undefined]);
  const run = await settled(server, id);
  expect(run).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked', message: 'Stopped by ada.' } });
  expect(run.moves.map(({ to }) => to)).toEqual(['QUEUED', 'STARTING', 'RUNNING', 'STOPPING', 'ABORTED']);
  expect(server.errors).toEqual([]);
});

test('SIGTERM to a server while a run goes ends the run, stores it and ends the server with code 0', { timeout: 180_000 }, async () => {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'sigterm-'));
  await embeddedIn(path.join(dataFolder, 'database'));
  const { executable = '' } = await (await misbehavingLocust(BUSY)).find('locust');
  const settings = { LOCUST_PATH: executable, LOAD_TESTING_DATA_DIR: dataFolder, LOAD_TESTING_STOP_GRACE_MS: '300' };
  const told = async <T>({ url }: Standalone, query: string, variables: object = {}): Promise<T> => {
    const answer = await fetch(`${url}/plugins/load-testing/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
    return ((await answer.json()) as { data: T }).data;
  };
  const RUNS = '{ loadTestRuns { edges { node { state metrics { offsetMs } ending { cause } summary { requests } } } } }';
  const runs = async (server: Standalone) => (await told<{ loadTestRuns: { edges: { node: { state: string; metrics: object[] } }[] } }>(server, RUNS)).loadTestRuns.edges.map(({ node }) => node);
  {
    await using server = await startStandalone(settings);
    await told(server, 'mutation ($input: StartRunInput!) { startRun(input: $input) { __typename } }', { input });
    await until('seconds are stored', async () => (await runs(server))[0]?.metrics.length);
    process.kill(server.pid, 'SIGTERM');
  } // ends with code 0, or throws
  expect(childProcesses()).toEqual([]);
  {
    await using next = await startStandalone(settings);
    expect(await runs(next)).toMatchObject([{ state: 'ABORTED', ending: { cause: 'server_shutdown' }, summary: { requests: expect.toSatisfy((count: number) => count > 0) } }]);
  }
  await rm(dataFolder, { recursive: true });
});

/** A disk of 3 MB, which only root can make; null: not here. */
const small = await (async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'small-disk-'));
  await mkdir(path.join(folder, 'runs'));
  const runs = path.join(folder, 'runs');
  const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', runs]).status === 0;
  const unmount = () => void spawnSync('umount', [runs]);
  const works = mount();
  if (works) unmount();
  else await rm(folder, { recursive: true });
  return works ? { folder, runs, mount, unmount } : null;
})();

describe.skipIf(small === null)('a disk that is full (needs the right to mount one)', () => {
  test('while the tool runs, when a run is made, and before it: each time in a sentence', async () => {
    if (small === null) return;
    const { folder, runs, mount, unmount } = small;
    mount();
    try {
      const fills = 'begin; request 100000 5000 ok; head -c 9000000 /dev/zero > "$HOME/waste" || { echo "OSError: [Errno 28] No space left on device" >&2; exit 1; }';
      await using server = await testServer({ dataFolder: folder, tools: await misbehavingLocust(fills) });
      const filled = await settled(server, await accepted(server, input));
      expect(filled).toMatchObject({ state: 'CRASHED', ending: { cause: 'tool_broke', exitCode: 1 }, summary: { requests: 1 } });
      expect(filled.ending?.message).toBe('Locust ended with exit code 1 (an exception at the start or a script that cannot be run). The disk is full, or its share of it used up. It said: OSError: [Errno 28] No space left on device');

      // What another one wrote: the script itself was checked before.
      await writeFile(path.join(runs, 'waste'), Buffer.alloc(9_000_000)).catch(() => undefined);
      const unmade = await settled(server, await accepted(server, input));
      expect(unmade).toMatchObject({ state: 'CRASHED', ending: { cause: 'tool_broke', message: 'Locust could not be started: the disk is full, so the files of the run could not be written (LOAD_TESTING_DATA_DIR).' } });

      const unchecked = await start(server, { ...input, plan: planFor('http://127.0.0.1:8') });
      expect(unchecked).toMatchObject({ code: 'no_room', message: 'The script could not be checked: the disk is full, so the files of the run could not be written (LOAD_TESTING_DATA_DIR).' });

      await rm(path.join(runs, 'waste'));
      expect((await settled(server, await accepted(server, input))).summary?.requests).toBe(1);
      expect(server.errors).toEqual([]);
    } finally {
      unmount();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
