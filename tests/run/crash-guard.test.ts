/** A dead server's load ends without any restart, also what its guard does not find in its own group. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { groupsWith } from '../../server/process/group.ts';
import { embeddedIn } from '../helpers/embedded.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { homeOfRun, livingOf, startedOn, stopOn, toldBy, type Victim, type VictimOptions, victim } from '../helpers/victim.ts';

let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(path.join(tmpdir(), 'guard-'));
});
afterEach(() => rm(dataFolder, { recursive: true, force: true }));

async function running(behaviour: string, more: VictimOptions['more']): Promise<{ server: Victim; id: string }> {
  await embeddedIn(path.join(dataFolder, 'database'));
  const server = await victim({ dataFolder, locust: await misbehavingLocustAt(behaviour), ...(more ? { more } : {}) });
  const id = await startedOn(server);
  await until('it runs', async () => (await toldBy(server, id)).state === 'RUNNING');
  return { server, id };
}

const REQUESTS = 'while :; do request 100000 5000 ok; sleep 0.1; done';
const DEAF = 'trap "" INT TERM HUP PIPE';
const sandboxes: readonly VictimOptions['more'][] = [{}, { sandbox: 'off' }];

for (const sandbox of sandboxes)
  describe(sandbox?.sandbox === 'off' ? 'without a sandbox' : 'in bubblewrap where it works', () => {
    test('a child that goes on while its run is being stopped is ended, although the program itself is gone already', { timeout: 60_000 }, async () => {
      const { server, id } = await running(`trap 'exit 0' INT; (${DEAF}; exec sleep 301) & begin; ${REQUESTS}`, { ...sandbox, stopGraceMs: 3000 });
      const [group] = groupsWith('HOME', homeOfRun(dataFolder, id));
      await stopOn(server, id);
      await until('the server has seen the end of the program', () => !existsSync(`/proc/${group}`), 2500);
      await server.kill();
      expect(livingOf(dataFolder).join('\n')).toContain('sleep 301');
      await until('nothing of the run lives', () => livingOf(dataFolder).length === 0, 10_000);
    });

    test('a child in a session of its own is ended as well', { timeout: 60_000 }, async () => {
      const { server } = await running(`begin; setsid sh -c '${DEAF}; exec sleep 302' & ${DEAF}; ${REQUESTS}`, { ...sandbox, stopGraceMs: 300 });
      await until('the child is there', () => livingOf(dataFolder).some((line) => line.includes('sleep 302')));
      await server.kill();
      await until('nothing of the run lives', () => livingOf(dataFolder).length === 0, 10_000);
    });
  });
