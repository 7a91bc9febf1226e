/** Azure Container Instances of this machine: the clients are the real ones, the containers are shards that really run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { azure } from '../../../server/clouds/azure/index.ts';
import { openAzure } from '../../../server/clouds/azure/fleets.ts';
import type { Pace } from '../../../server/clouds/azure/pace.ts';
import { settings as schema } from '../../../server/clouds/azure/settings.ts';
import type { AnyCloud, CloudHost, Fleets } from '../../../server/clouds/cloud.ts';
import { openssl } from '../../helpers/certificate.ts';
import { searchPath } from '../../helpers/places.ts';
import type { Bed, BedOptions } from '../bed.ts';
import { canMakeNamespaces } from '../kubernetes/container.ts';
import { type Arm, startArm, TOKEN } from './arm.ts';
import { Service } from './service.ts';
import { type Shells, startShells } from './shell.ts';
import { Refused } from './wire.ts';

/** Why there can be no bed here; null when there can. Tests that need one are skipped, with it in their name. */
export const missing = !openssl ? 'openssl is not here' : canMakeNamespaces() ? null : 'namespaces cannot be made here (unshare)';

export interface AzureBed extends Bed {
  readonly cut: (runId: string) => Promise<void>;
  readonly full: (room: number) => void;
  readonly arm: Arm;
  readonly service: Service;
  readonly shells: Shells;
  /** For how long containers lived after their last line, in the order of their ends. */
  readonly stayed: readonly number[];
  /** As the cloud of this bed opens them, otherwise set or at another pace. */
  open(host: CloudHost, more?: Readonly<Record<string, string>>, pace?: Partial<Pace>): Promise<Fleets>;
}

export const SUBSCRIPTION = '01234567-89ab-cdef-0123-456789abcdef';
export const RESOURCE_GROUP = 'load-tests';
const REGIONS = ['westeurope', 'northeurope'];
const REGISTRY = 'registry.example';
const ENTRY = fileURLToPath(new URL('../../../plugin/shard.ts', import.meta.url));

/** Prints a line a tenth of a second until it is told to end, and then a last one. */
export const WAITS = `${REGISTRY}/waits:1`;
const PROGRAM = `
let n = 0;
const say = () => console.log(JSON.stringify(['line', Number(process.env.LOAD_TEST_SHARD_INDEX), n++]));
console.error('it waits');
say();
const saying = setInterval(say, 100);
process.on('SIGTERM', () => {
  clearInterval(saying);
  console.log('["the last line"]');
  setTimeout(() => {}, Number(process.env.LOAD_TEST_STAY_MS));
});
`;

/** Says more in a second than Azure tells of a container that has ended, stays as long as it is told to, and ends. */
export const MUCH = `${REGISTRY}/much:1`;
const MUCH_PROGRAM = `
for (let n = 0; n < 1500; n++) console.log(JSON.stringify(['line', 0, n, 'x'.repeat(200)]));
setTimeout(() => {}, Number(process.env.LOAD_TEST_STAY_MS));
`;

export const STAY_MS = 1500;
/** All that takes seconds there takes tenths here. */
const PACE: Partial<Pace> = { readsPerSecond: 200, writesPerSecond: 100, lookMs: 150, stateMs: 1000, stayMs: STAY_MS, goneMs: 50, againMs: 30 };

export async function openBed({ locust }: BedOptions): Promise<AzureBed> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'container-instances-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const node = (...args: string[]) => [process.execPath, ...args];
  const stayed: number[] = [];
  const service = new Service({
    stayed: (ms) => void stayed.push(ms),
    resourceGroup: RESOURCE_GROUP,
    regions: REGIONS,
    folder,
    images: {
      [`${REGISTRY}/load-test-locust:1`]: { command: node(ENTRY), env: { PATH: searchPath, LOCUST_PATH: locust, LOAD_TESTING_DATA_DIR: path.join(folder, 'data'), LOAD_TESTING_SANDBOX: 'off' } },
      [WAITS]: { command: node('-e', PROGRAM), env: { PATH: searchPath } },
      [MUCH]: { command: node('-e', MUCH_PROGRAM), env: { PATH: searchPath } },
    },
  });
  opened.defer(() => service.end());
  const shells = opened.use(await startShells());
  const arm = opened.use(await startArm({ subscription: SUBSCRIPTION, resourceGroup: RESOURCE_GROUP, service, shells }));
  const settings = {
    LOAD_TESTING_AZURE_SUBSCRIPTION: SUBSCRIPTION,
    LOAD_TESTING_AZURE_RESOURCE_GROUP: RESOURCE_GROUP,
    LOAD_TESTING_AZURE_REGIONS: REGIONS.join(', '),
    LOAD_TESTING_AZURE_IMAGE: `${REGISTRY}/load-test-{framework}:1`,
    LOAD_TESTING_AZURE_LEAD_MS: '5000',
  };
  const elsewhere = (pace: Partial<Pace>) => ({ endpoint: arm.url, ca: arm.ca, credential: { getToken: async () => ({ token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }) }, pace: { ...PACE, ...pace } });
  const of = (runId: string) => [...service.groups.values()].filter(({ tags }) => tags['load-test-run'] === runId);
  const shardOf = ({ name }: { readonly name: string }) => Number(name.slice(name.lastIndexOf('-') + 1));
  const closing = opened.move();
  return {
    cloud: { ...azure, open: (given, host) => openAzure(given, host, elsewhere({})) } as AnyCloud,
    settings,
    open: (host, more = {}, pace = {}) => openAzure(schema.parse({ ...settings, ...more }), host, elsewhere(pace)),
    arm,
    service,
    shells,
    stayed,
    living: async (runId) => of(runId).filter(({ isAlive }) => isAlive).map(shardOf),
    left: async (runId) => of(runId).map(({ name }) => name),
    async kill(runId, shard) {
      for (const group of of(runId).filter((one) => shardOf(one) === shard)) group.signal('SIGKILL');
    },
    async cut() {
      arm.fail('logs', 'broken', 4);
      arm.fail('logs', new Refused(503, 'ServiceUnavailable', 'Please try again later.'), 12);
    },
    full: (room) => { service.room = room; },
    async shown(runId) {
      const orders = arm.requests.filter(({ name }) => name.includes(runId)).map(({ asked, name, body }) => [asked, name, withoutEnvironment(body)]);
      return JSON.stringify([orders, of(runId).map((group) => [group.answer({ isList: false }), group.log.content(null)])]);
    },
    async [Symbol.asyncDispose]() {
      await closing.disposeAsync();
      const wrong = [...arm.violations, ...shells.wrong];
      if (wrong.length > 0) throw new Error(`Azure would have refused, or this bed has answered what Azure does not: ${wrong.join('; ')}`);
    },
  };
}

/** Values of variables are told to a container by its environment alone. */
const withoutEnvironment = (body: unknown): unknown => JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'environmentVariables' ? undefined : value)) ?? 'null');
