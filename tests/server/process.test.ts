import { getEventListeners, once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { endGroup } from '../../server/process/end.ts';
import { isAlive, membersOf, processOf } from '../../server/process/group.ts';
import { runToEnd } from '../../server/process/run-to-end.ts';
import { start } from '../../server/process/start.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { until } from '../helpers/until.ts';

const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
const shell = (script: string, descriptor = false) => start({ file: '/bin/sh', args: ['-c', script], cwd: '/', env, descriptor, graceMs: 300 });
const text = async (stream: AsyncIterable<Buffer> | null) => {
  let all = '';
  for await (const chunk of stream ?? []) all += chunk.toString();
  return all;
};
/** Of a program that was started. */
function groupOf({ pid }: { readonly pid: number | null }): number {
  if (pid === null) throw new Error('it was not started');
  return pid;
}

afterEach(() => expect(childProcesses()).toEqual([]));

describe('a program that is started', () => {
  test('has its own group, an environment of its own, and a descriptor that we read', async () => {
    const program = shell('env >&3; echo out; echo err >&2; exit 7', true);
    const [lines, out, err, exit] = await Promise.all([text(program.descriptor), text(program.stdout), text(program.stderr), program.exit]);
    expect(lines.split('\n').filter((line) => line !== '' && !/^(PWD|OLDPWD|_|SHLVL)=/.test(line)).sort()).toEqual(['PATH=/usr/local/bin:/usr/bin:/bin']);
    expect([out, err]).toEqual(['out\n', 'err\n']);
    expect(exit).toEqual({ code: 7, signal: null, failure: null });
    await program.closed;
  });
  test('that is killed tells by what', async () => {
    const program = shell('kill -9 $$');
    expect(await program.exit).toEqual({ code: null, signal: 'SIGKILL', failure: null });
  });
  for (const [what, file, more] of [['is not there', '/nonexistent/program', {}], ['is no program', '/etc/passwd', {}], ['gets a NUL in a variable', '/bin/true', { TOKEN: 'sesame\0' }], ['gets more than a process can take', '/bin/true', { TOKEN: 'x'.repeat(200_000) }]] as const)
    test(`that ${what} says that it could not be started, without the value of a variable`, async () => {
      const program = start({ file, args: [], cwd: '/', env: { ...env, ...more }, descriptor: true, graceMs: 300 });
      const exit = await program.exit;
      expect(exit).toMatchObject({ code: null, signal: null, failure: expect.stringMatching(/./) });
      expect(exit.failure).not.toMatch(/sesame|xxx/);
      expect(program.pid).toBeNull();
      expect(await text(program.descriptor)).toBe('');
      await program.closed;
    });
});

describe('a group is ended', () => {
  test('by SIGINT, when it listens', async () => {
    const program = shell("trap 'exit 3' INT; while :; do sleep 0.05; done");
    const group = groupOf(program);
    expect(isAlive(group)).toBe(true);
    expect(await endGroup(group, 5000)).toEqual({ killed: false });
    expect(isAlive(group)).toBe(false);
  });
  test('by SIGKILL, when it and its children do not', async () => {
    const program = shell("trap '' INT; (trap '' INT; sleep 60) & (trap '' INT; sleep 60) & echo ready; wait");
    const group = groupOf(program);
    await once(program.stdout, 'data');
    await until('all of them are there', () => (membersOf(group)?.length ?? 3) >= 3);
    expect(await endGroup(group, 100)).toEqual({ killed: true });
    expect(isAlive(group)).toBe(false);
    await program.closed;
  });
  test('that is gone already, at once', async () => {
    const program = shell('exit 0');
    await program.closed;
    expect(await endGroup(groupOf(program), 5000)).toEqual({ killed: false });
    expect(isAlive(groupOf(program))).toBe(false);
  });
  test('its child is found when the leader is gone', async () => {
    const program = shell('sleep 60 & echo $!');
    const group = groupOf(program);
    await program.exit;
    expect(processOf(group)).toBeNull();
    expect(isAlive(group)).toBe(true);
    await endGroup(group, 0);
    expect(isAlive(group)).toBe(false);
  });
});

describe('a short program is run to its end', () => {
  const run = (script: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) => runToEnd({ file: '/bin/sh', args: ['-c', script], cwd: '/', env: {}, timeoutMs: 10_000, ...more });

  test('with its code and what it said', async () => expect(await run('echo out; echo err >&2; exit 3')).toEqual({ code: 3, stdout: 'out', stderr: 'err', failure: null }));
  test('one that is not there has no code, and a reason', async () => {
    expect(await runToEnd({ file: '/nonexistent/program', args: [], cwd: '/', env: {}, timeoutMs: 1000 })).toMatchObject({ code: null, failure: expect.stringContaining('ENOENT') });
  });
  test('one that takes too long is ended with its children', async () => {
    expect(await run('sleep 60 & sleep 60', { timeoutMs: 100 })).toMatchObject({ code: null, failure: 'took longer than 0 s' });
  });
  test('one that is cancelled is ended with its children, and nothing listens on', async () => {
    const cancel = new AbortController();
    const running = run('sleep 60 & sleep 60', { signal: cancel.signal });
    await until('it runs', () => childProcesses().length >= 2);
    cancel.abort();
    expect(await running).toMatchObject({ code: null, failure: 'was cancelled' });
    expect(getEventListeners(cancel.signal, 'abort')).toEqual([]);
    expect(await run('sleep 60', { signal: cancel.signal })).toMatchObject({ failure: 'was cancelled' });
  });
});
