import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { processes } from '../../server/clouds/process/index.ts';
import { accepted, definition, planFor, running } from '../helpers/runs.ts';
import { testServer } from '../helpers/server.ts';
import { misbehavingLocustAt } from '../helpers/tool.ts';
import { livingBelow, livingWith } from '../helpers/victim.ts';
import type { Bed } from './bed.ts';
import { describeCloud } from './contract.ts';

/** Everything a process was started with, as the system shows it; of a process that ended just now: nothing. */
async function environmentOf(pid: string): Promise<string> {
  return `\0${await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')}`;
}

async function shardsOf(runId: string): Promise<{ readonly pid: number; readonly shard: number }[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(pids.map(async (pid) => {
    const home = new RegExp(`\\0HOME=\\S*/${runId}/(\\d+)\\0`).exec(await environmentOf(pid));
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return home && command.includes('plugin/shard.ts') && !command.includes('guarded.sh') ? [{ pid: Number(pid), shard: Number(home[1]) }] : [];
  }));
  return found.flat();
}

const folders = new Set<string>();

async function openBed(): Promise<Bed> {
  return {
    cloud: { ...processes, open: (settings, host) => { folders.add(host.folder); return processes.open(settings, host); } } as Bed['cloud'],
    settings: { LOAD_TESTING_PROCESS_LEAD_MS: '4000' },
    living: async (runId) => (await shardsOf(runId)).map(({ shard }) => shard),
    left: async (runId) => (await Promise.all([...folders].map(async (folder) => (await readdir(path.join(folder, 'process')).catch(() => [])).filter((name) => name === runId)))).flat(),
    async kill(runId, shard) {
      for (const { pid } of (await shardsOf(runId)).filter((one) => one.shard === shard)) process.kill(pid, 'SIGKILL');
    },
    cut: null,
    full: null,
    async shown(runId) {
      const commands = await Promise.all((await shardsOf(runId)).map(({ pid }) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
      const outputs = await Promise.all([...folders].flatMap((folder) => [0, 1, 2].map((shard) => readFile(path.join(folder, 'process', runId, String(shard), 'output'), 'utf8').catch(() => ''))));
      return [...commands, ...outputs].join('\n');
    },
    async [Symbol.asyncDispose]() {},
  };
}

describeCloud('Processes of this machine', openBed);

test('a server that is asked to end ends its shards first, and nothing of them is left', async () => {
  const locust = await misbehavingLocustAt(`printf '["begin",1,"locust","2.47.0",%s,{"planHash":"","workflowHash":"","scriptHash":"","plan":{},"host":{"os":"linux","cpus":2}}]\\n' "$LOAD_TEST_START_AT" >&3; while :; do request 100000 5000 ok; sleep 0.1; done`);
  const server = await testServer({ cloudSettings: { LOAD_TESTING_PROCESS_LEAD_MS: '3000' }, toolPaths: { LOCUST_PATH: locust }, stopGraceMs: 500, clouds: [processes] });
  const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor('http://127.0.0.1:9', { load: { preset: { key: 'constant', users: 4, durationMs: 300_000 } } }), place: 'process', cloud: { shards: 2 } });
  await running(server, id);
  expect(livingBelow(server.dataFolder).length).toBeGreaterThanOrEqual(2);
  await server[Symbol.asyncDispose]();
  expect(livingBelow(server.dataFolder)).toEqual([]);
  expect(livingWith(locust)).toEqual([]);
  expect(server.errors).toEqual([]);
});
