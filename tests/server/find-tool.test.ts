import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findTool, type Places } from '../../server/tools/find.ts';
import { openTools } from '../../server/tools/tools.ts';
import type { Framework } from '../../templates/framework.ts';

let root: string;
let places: Places;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'tools-'));
  places = { explicit: {}, toolsFolder: path.join(root, 'tools'), searchPath: [path.join(root, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter) };
});
afterEach(() => rm(root, { recursive: true, force: true }));

const framework: Pick<Framework, 'name' | 'key' | 'tool'> = {
  name: 'Bench', key: 'bench',
  tool: {
    pathVariable: 'BENCH_PATH', executable: 'bench-of-the-test', versionArgs: ['--version'], range: '>=2.1.0 <3.0.0', hint: 'Install it.',
    parseVersion: (output) => /bench (\S+)/.exec(output)?.[1] ?? null,
    install: { kind: 'python', requirements: 'requirements.lock', executable: 'bin/bench' },
  },
};

async function program(file: string, script: string): Promise<string> {
  const at = path.join(root, file);
  await mkdir(path.dirname(at), { recursive: true });
  await writeFile(at, `#!/bin/sh\n${script}\n`);
  await chmod(at, 0o755);
  return at;
}

describe('a tool is found', () => {
  test('on its explicit path first, then in the prepared folder, then on PATH', async () => {
    const onPath = await program('bin/bench-of-the-test', 'echo bench 2.1.0');
    expect(await findTool(framework, places)).toEqual({ available: true, executable: onPath, version: '2.1.0' });
    const prepared = await program('tools/bench/bin/bench', 'echo bench 2.2.0');
    expect(await findTool(framework, places)).toMatchObject({ executable: prepared, version: '2.2.0' });
    const explicit = await program('mine', 'echo bench 2.3.0');
    expect(await findTool(framework, { ...places, explicit: { BENCH_PATH: explicit } })).toMatchObject({ executable: explicit, version: '2.3.0' });
  });
  test('also when it tells its version on standard error', async () => {
    await program('bin/bench-of-the-test', 'echo bench 2.1.5 >&2');
    expect(await findTool(framework, places)).toMatchObject({ available: true, version: '2.1.5' });
  });
  test('with nothing of our environment but PATH and a HOME', async () => {
    process.env['BENCH_SECRET'] = 'sesame';
    await program('bin/bench-of-the-test', 'test -z "$BENCH_SECRET" && echo bench 2.1.0');
    expect(await findTool(framework, places)).toMatchObject({ available: true });
    delete process.env['BENCH_SECRET'];
  });
});

describe('a tool is not available, with a sentence,', () => {
  const problemOf = async (more: Partial<Places> = {}) => (await findTool(framework, { ...places, ...more })).problem;
  test('when it is nowhere', async () => expect(await problemOf()).toBe('Bench was not found.'));
  test('when its explicit path leads nowhere, even if it is elsewhere', async () => {
    await program('bin/bench-of-the-test', 'echo bench 2.1.0');
    expect(await problemOf({ explicit: { BENCH_PATH: '/nonexistent/bench' } })).toBe('BENCH_PATH is /nonexistent/bench, and there is no program there.');
    expect(await problemOf({ explicit: { BENCH_PATH: root } })).toContain('no program there');
  });
  test('when it is another version', async () => {
    await program('bin/bench-of-the-test', 'echo bench 3.0.0');
    expect(await findTool(framework, places)).toMatchObject({ available: false, version: '3.0.0', problem: expect.stringContaining('>=2.1.0 <3.0.0 is needed') });
  });
  test('when it does not tell its version', async () => {
    await program('bin/bench-of-the-test', 'echo what');
    expect(await problemOf()).toContain('did not tell its version (exit code 0)');
    await program('bin/bench-of-the-test', 'exit 3');
    expect(await problemOf()).toContain('did not tell its version (exit code 3)');
  });
  test('when its place on PATH is relative: whoever runs it decides where that is', async () => {
    expect(await problemOf({ searchPath: 'bin' })).toBe('Bench was not found.');
  });
});

test('a missing tool is looked for again, a found one is remembered', async () => {
  const tools = openTools(places);
  expect((await tools.find('k6')).available).toBe(false);
  await program('bin/k6', 'echo "k6 v2.1.0 (go1.25)"');
  const found = await tools.find('k6');
  expect(found).toMatchObject({ version: expect.stringMatching(/^2\.1\.0/) });
  await rm(path.join(root, 'bin/k6'));
  expect((await tools.find('k6')).available).toBe(found.available);
});

test('why an installation failed is told in place of "not found"', async () => {
  const tools = openTools({ ...places, searchPath: '' }, new Map([['locust', 'Python 3.11 or newer is needed and no python3 was found.']]));
  expect(await tools.find('locust')).toMatchObject({ available: false, problem: 'Python 3.11 or newer is needed and no python3 was found.' });
});
