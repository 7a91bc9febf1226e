/** One shard as a process of this machine: what it is started with, and what becomes of what it says. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CloudHost, FleetNews, FleetOrder, Fleets } from '../../server/clouds/cloud.ts';
import { processes } from '../../server/clouds/process/index.ts';
import { followShard } from '../../server/clouds/process/news.ts';
import { searchPath } from '../helpers/places.ts';
import { testServer } from '../helpers/server.ts';
import { livingBelow } from '../helpers/victim.ts';
import { following } from './following.ts';

let folder: string;
let fleets: Fleets;
const warned: string[] = [];
const host = (): CloudHost => ({
  installation: 'one', folder, searchPath, stopGraceMs: 500, dataFolder: folder, toolPaths: { LOCUST_PATH: '/opt/locust', K6_PATH: undefined },
  shardSettings: { LOAD_TESTING_SANDBOX: 'off', LOAD_TESTING_MAX_MEMORY_MB: '123' },
  log: { warn: (_facts, message) => void warned.push(message), error() {} },
});
/** Of a task that no shard can read. */
const order = (more: Partial<FleetOrder> = {}): FleetOrder => ({ runId: randomUUID(), shards: 1, region: null, image: null, task: 'bm90aGluZw==', secrets: {}, deadlineAt: new Date(Date.now() + 60_000), ...more });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shard-'));
  fleets = await processes.open(processes.settings.parse({}), host());
});
afterEach(async () => {
  await fleets.close();
  await rm(folder, { recursive: true, force: true });
});

async function environmentOf(fleet: { readonly runId: string }): Promise<Record<string, string>> {
  const [pid = ''] = livingBelow(path.join(folder, 'process', fleet.runId))[0]?.split(' ') ?? [];
  return Object.fromEntries((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map((entry) => [entry.split('=', 1)[0], entry.slice(entry.indexOf('=') + 1)]));
}

test('no variable of a run is a setting of its shards, whatever its name is, and the limits of the operator are', async () => {
  const settings = ['PATH', 'HOME', 'LOCUST_PATH', 'LOAD_TESTING_DATA_DIR', 'LOAD_TESTING_SANDBOX', 'LOAD_TESTING_MAX_MEMORY_MB', 'LOAD_TESTING_STOP_GRACE_MS', 'LOAD_TEST_SHARD_INDEX', 'LOAD_TEST_SHARD_FOLDER', 'LOAD_TEST_TASK_FILE'];
  const fleet = await fleets.launch(order({ secrets: { TOKEN: 'secret', ...Object.fromEntries(settings.map((name) => [name, 'of the run'])) } }), AbortSignal.timeout(20_000));
  const environment = await environmentOf(fleet);
  expect(settings.filter((name) => environment[name] === 'of the run')).toEqual([]);
  expect(environment).toMatchObject({ TOKEN: 'secret', PATH: searchPath, LOCUST_PATH: '/opt/locust', LOAD_TESTING_SANDBOX: 'off', LOAD_TESTING_MAX_MEMORY_MB: '123', LOAD_TEST_SHARD_INDEX: '0' });
  await fleets.remove(fleet);
});

test('shards of a server keep its limits and its sandbox', async () => {
  const hosts: CloudHost[] = [];
  const opened: typeof processes = {
    ...processes,
    open(settings, given) {
      hosts.push(given);
      return processes.open(settings, given);
    },
  };
  await using server = await testServer({ clouds: [opened], sandbox: 'off', limits: { maxMemoryBytes: 512e6, maxOutputBytes: 3e6, maxFolderBytes: 1 } });
  await server.query('{ cloudProviders { key available } }');
  expect(hosts.map(({ shardSettings }) => shardSettings)).toEqual([{ LOAD_TESTING_SANDBOX: 'off', LOAD_TESTING_MAX_MEMORY_MB: '512', LOAD_TESTING_MAX_OUTPUT_MB: '3', LOAD_TESTING_MAX_FOLDER_MB: '1' }]);
});

test('a shard whose lines cannot be kept is followed all the same, and it is said', async () => {
  const wanted = order();
  await mkdir(path.join(folder, 'process', wanted.runId, '0', 'output'), { recursive: true });
  const fleet = await fleets.launch(wanted, AbortSignal.timeout(20_000));
  const { over, last } = following(fleet, fleets);
  await over;
  expect(last(0)).toMatchObject({ state: 'failed', reason: expect.stringContaining('The task of this shard cannot be read') });
  expect(warned).toEqual(['what a shard prints could not be kept']);
  await fleets.remove(fleet);
});

test('following a shard that says nothing ends with the signal, and the shard goes on untold', async () => {
  const output = new PassThrough();
  const told: FleetNews[] = [];
  const stopped = new AbortController();
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  const over = followShard({ shard: 0, lines, started: Promise.resolve(), exit: new Promise(() => {}), lastWords: () => '', end: async () => {} }, (news) => told.push(news), stopped.signal);
  stopped.abort();
  await over;
  output.end('too late\n');
  expect(told).toEqual([{ shard: 0, state: 'running', reason: null }]);
});
