/** A dead server's load ends without any restart, also what its guard does not find in its own group. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { groupsWith } from '../../server/process/group.ts';
import { openSandbox } from '../../server/run/sandbox.ts';
import { embeddedIn } from '../helpers/embedded.ts';
import { searchPath } from '../helpers/places.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { homeOfRun, livingOf, livingWith, startedOn, stopOn, toldBy, type Victim, type VictimOptions, victim } from '../helpers/victim.ts';

/** Seconds that no other program sleeps for. */
const MARK = `300.${process.pid}`;

let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'guard-'));
});
const servers: Victim[] = [];
afterEach(async () => {
  // What a failed test left behind.
  for (const server of servers.splice(0)) await server.kill();
  for (const line of [...livingOf(dataFolder), ...livingWith(`sleep ${MARK}`)]) process.kill(Number.parseInt(line, 10), 'SIGKILL');
  await rm(dataFolder, { recursive: true, force: true });
});

async function running(behaviour: string, more: VictimOptions['more']): Promise<{ server: Victim; id: string }> {
  await embeddedIn(path.join(dataFolder, 'database'));
  const server = await victim({ dataFolder, locust: await misbehavingLocustAt(behaviour), ...(more ? { more } : {}) });
  servers.push(server);
  const id = await startedOn(server);
  await until('it runs', async () => (await toldBy(server, id)).state === 'RUNNING');
  return { server, id };
}

const REQUESTS = 'while :; do request 100000 5000 ok; sleep 0.1; done';
const DEAF = 'trap "" INT TERM HUP PIPE';
const { isolation } = await openSandbox({ mode: 'auto', dataFolder: await mkdtemp(path.join(tmpdir(), 'probe-')), searchPath });
const isolated = (more: VictimOptions['more']) => isolation.includes('bubblewrap: ') && more?.sandbox !== 'off';
const sandboxes: readonly VictimOptions['more'][] = [{}, { sandbox: 'off' }];

for (const sandbox of sandboxes)
  describe(sandbox?.sandbox === 'off' ? 'without a sandbox' : 'in bubblewrap where it works', () => {
    test('a child that goes on while its run is being stopped is ended, although the program itself is gone already', { timeout: 60_000 }, async () => {
      const { server, id } = await running(`trap 'exit 0' INT; (${DEAF}; exec sleep ${MARK}) & begin; ${REQUESTS}`, { ...sandbox, stopGraceMs: 3000 });
      const [group] = groupsWith('HOME', homeOfRun(dataFolder, id));
      await stopOn(server, id);
      await until('the server has seen the end of the program', () => !existsSync(`/proc/${group}`), 2500);
      await server.kill();
      expect(livingOf(dataFolder).join('\n')).toContain(`sleep ${MARK}`);
      await until('nothing of the run lives', () => livingOf(dataFolder).length === 0, 10_000);
    });

    test('a child in a session of its own is ended as well', { timeout: 60_000 }, async () => {
      // Where it is found by its HOME it must have one; in bubblewrap it needs to be found by nobody.
      const child = `setsid ${isolated(sandbox) ? 'env -i' : ''} sh -c '${DEAF}; exec sleep ${MARK}'`;
      const { server } = await running(`begin; ${child} & ${DEAF}; ${REQUESTS}`, { ...sandbox, stopGraceMs: 300 });
      await until('the child is there', () => livingWith(`sleep ${MARK}`).length > 0);
      await server.kill();
      await until('nothing of the run lives', () => livingOf(dataFolder).length + livingWith(`sleep ${MARK}`).length === 0, 10_000);
    });
  });
