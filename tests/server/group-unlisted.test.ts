/** Too many files are open, so that no process can be listed: then nobody is taken for ended who is not. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { endGroup, endWithHome } from '../../server/process/end.ts';
import { groupsWith, hasLoad, isAlive, membersOf, startTicksOf } from '../../server/process/group.ts';
import { pageBytes } from '../../server/process/page-size.ts';
import { runToEnd } from '../../server/process/run-to-end.ts';
import { type Started, start } from '../../server/process/start.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { until } from '../helpers/until.ts';

const HOME = '/tmp/home-of-the-unlisted';
const shell = (script: string) => start({ file: '/bin/sh', args: ['-c', script], cwd: '/', env: { PATH: '/usr/bin:/bin', HOME }, graceMs: 300 });

async function running(script: string): Promise<Started & { readonly pid: number }> {
  const program = shell(script);
  const { pid } = program;
  if (pid === null) throw new Error('it was not started');
  await until('its guard and its program are there', () => (membersOf(pid)?.length ?? 2) >= 2);
  return { ...program, pid };
}

/** From now on `/proc` cannot be listed, `times` times. */
function tooManyFiles(times = Number.POSITIVE_INFINITY): void {
  const { readdirSync } = fs;
  let left = times;
  vi.spyOn(fs, 'readdirSync').mockImplementation(((...args: Parameters<typeof readdirSync>) => {
    if (args[0] === '/proc' && left-- > 0) throw Object.assign(new Error("EMFILE: too many open files, scandir '/proc'"), { code: 'EMFILE', syscall: 'scandir' });
    return readdirSync(...args);
  }) as typeof readdirSync);
  syncBuiltinESMExports();
}

function files(): void {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
}

afterEach(async () => {
  files();
  await until('nobody is left', () => childProcesses().length === 0);
});

test.skipIf(process.platform !== 'linux')('a group is ended although it cannot be listed', async () => {
  const program = await running('while :; do sleep 0.05; done');
  tooManyFiles();
  expect([membersOf(program.pid), hasLoad(program.pid), isAlive(program.pid)]).toEqual([null, true, true]);
  expect(await endGroup(program.pid, 500)).toEqual({ killed: true });
  expect((await program.exit).signal).toBe('SIGINT');
  files();
  expect(isAlive(program.pid)).toBe(false);
});

test.skipIf(process.platform !== 'linux')('what has a HOME is looked for until it can be listed, and ended then', async () => {
  const program = await running('while :; do sleep 0.05; done');
  tooManyFiles(3);
  expect(startTicksOf(program.pid)).toBeGreaterThan(0);
  expect(() => groupsWith('HOME', HOME)).toThrow(/^The processes of this machine could not be listed: EMFILE/);
  await endWithHome(HOME);
  expect(isAlive(program.pid)).toBe(false);
});

test.skipIf(process.platform !== 'linux')('a program that ends while nobody can be listed keeps its guard until its group is ended', async () => {
  const program = await running('sleep 0.2');
  tooManyFiles();
  await program.exit;
  files();
  expect([isAlive(program.pid), hasLoad(program.pid)]).toEqual([true, false]);
  await endGroup(program.pid, 0);
  expect(isAlive(program.pid)).toBe(false);
});

test('a page of memory is as large as the system says, on machines with larger ones too', async () => {
  const { stdout } = await runToEnd({ file: 'getconf', args: ['PAGESIZE'], cwd: '/', env: {}, timeoutMs: 5000 });
  expect(pageBytes()).toBe(Number(stdout));
  expect(pageBytes(() => new Uint8Array(BigUint64Array.of(33n, 7n, 6n, 65_536n, 0n, 0n).buffer))).toBe(65_536);
  const hidden = () => { throw new Error('EACCES'); };
  expect([pageBytes(hidden), pageBytes(() => new Uint8Array(0)), pageBytes(() => new Uint8Array(3))]).toEqual([4096, 4096, 4096]);
});
