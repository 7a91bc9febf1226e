/** What a tool can see and touch while it runs. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandbox } from '../../server/run/sandbox.ts';
import { searchPath } from '../helpers/places.ts';
import { accepted, definition, planFor, running, settled, stop } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';

/** As an operator has it: with bubblewrap, or without. */
const { isolation } = await openSandbox({ mode: 'auto', dataFolder: await mkdtemp(path.join(tmpdir(), 'probe-')), searchPath });
const closed = isolation.includes('bubblewrap: ');

let dataFolder: string;
beforeAll(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'sandbox-'));
  await writeFile(path.join(dataFolder, 'encryption.key'), 'sesame');
});
afterAll(() => rm(dataFolder, { recursive: true, force: true }));

/** What the tool says of its surroundings, as the message of its end. */
async function said(question: string, sandbox?: 'off'): Promise<{ message: string; isolation: string | undefined }> {
  await using server = await testServer({ dataFolder, ...(sandbox ? { sandbox } : {}), tools: await misbehavingLocust(`echo "Error: $( ${question} )" >&2; exit 1`) });
  const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') });
  const run = await settled(server, id);
  const { loadTestRun } = await server.query<{ loadTestRun: { generator: { isolation: string } | null } }>('query ($id: ID!) { loadTestRun(id: $id) { generator { isolation } } }', { id });
  return { message: run.ending?.message ?? '', isolation: loadTestRun.generator?.isolation };
}

describe('a tool', () => {
  test('has the descriptors of its output and of its lines, and an environment in which only named variables stand', async () => {
    const { message } = await said(`readlink /proc/$$/fd/[0-4] | sed "s/:.*//" | tr "\\n" " "; env | cut -d= -f1 | sort | tr "\\n" " "`);
    expect(message).toMatch(/: \/dev\/null socket socket socket (pipe )?HOME LANG LC_ALL LOAD_TEST_SAMPLES /);
    expect(message).not.toMatch(/DATABASE_URL|NODE_|npm_|USER/);
  });

  test('writes to its own HOME and TMPDIR', async () => {
    const { message } = await said('touch "$HOME/a" "$TMPDIR/b" && ls "$HOME" "$TMPDIR" | tr "\\n" " "');
    expect(message).toMatch(/home: a +\S+tmp: b/);
  });
});

describe.skipIf(!closed)('in bubblewrap (needs an installed bubblewrap)', () => {
  test('it can change no file but its own, and sees neither the data folder nor any process but its own', async () => {
    const { message, isolation: told } = await said(`(touch /etc/of-a-tool "${tmpdir()}/of-a-tool" 2>&1 | grep -c "Read-only"; ls -A "${dataFolder}"; ls /proc | grep -c "^[0-9]") | tr "\\n" " "`);
    const [, readOnly, seen, processes] = /: (\d) (.*?) *(\d+)$/.exec(message) ?? [];
    expect(readOnly, message).toBeDefined();
    expect([readOnly, seen?.trim().split(' ')]).toEqual(['2', ['runs', 'tools']]);
    expect(Number(processes)).toBeLessThan(12);
    expect(told).toContain('read-only');
    expect(existsSync(path.join(tmpdir(), 'of-a-tool'))).toBe(false);
  });

  test('nor can it write to memory that no limit counts: the emptied data folder and /dev/shm', async () => {
    const places = [dataFolder, path.join(dataFolder, 'runs'), '/dev', '/dev/shm'];
    const { message } = await said(`(for place in ${places.join(' ')}; do touch "$place/of-a-tool" 2>&1; done | grep -c "Read-only"; echo x >/dev/null && head -c 3 /dev/urandom | wc -c) | tr "\\n" " "`);
    expect(message).toMatch(/: 4 3/);
  });

  test('a stop is told to the tool itself, which ends in its own way; a signal that it dies of is a signal', async () => {
    const listens = `trap 'request 900000 5000 ok; printf "[\\"end\\",\\"interrupted\\",7,0,0,3,0]\\n" >&3; exit 0' INT; begin; while :; do request 100000 5000 ok; sleep 0.1; done`;
    await using server = await testServer({ dataFolder, tools: await misbehavingLocust(listens) });
    const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') });
    await running(server, id);
    await stop(server, id);
    expect(await settled(server, id)).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked', exitCode: 0 }, summary: { inFlightAtEnd: 3 } });

    await using other = await testServer({ dataFolder: await mkdtemp(path.join(tmpdir(), 'sandbox-')), tools: await misbehavingLocust('begin; kill -9 $$') });
    const killed = await settled(other, await accepted(other, { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9') }));
    expect(killed.ending).toMatchObject({ cause: 'tool_killed', message: 'Locust was ended by SIGKILL, and not by this server.' });
  });
});

test('without it the run says that nothing but folder and environment is its own', async () => {
  const { message, isolation: told } = await said(`cat "${dataFolder}/encryption.key"`, 'off');
  expect(message).toContain('sesame');
  expect(told).toBe('own folder and environment; the same user and file system as the server');
  expect(await readFile(path.join(dataFolder, 'encryption.key'), 'utf8')).toBe('sesame');
});

test('required and not there: the server does not start, and says why', async () => {
  await expect(openSandbox({ mode: 'required', dataFolder, searchPath: '/nonexistent' })).rejects.toThrow(/^LOAD_TESTING_SANDBOX=required, but bubblewrap does not work here: /);
});
