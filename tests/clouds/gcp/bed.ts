/** Cloud Run and Cloud Logging of this machine: their clients are the real ones, their tasks are shards that really run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnyCloud, CloudHost, Fleets } from '../../../server/clouds/cloud.ts';
import { gcp } from '../../../server/clouds/gcp/index.ts';
import { openGcp } from '../../../server/clouds/gcp/fleets.ts';
import type { Pace } from '../../../server/clouds/gcp/pace.ts';
import { settings as schema } from '../../../server/clouds/gcp/settings.ts';
import type { Bed, BedOptions } from '../bed.ts';
import { SECRET } from '../contract.ts';
import type { Discovery } from './discovery.ts';
import { type FakeLogging, startLogging } from './logging.ts';
import { type RunApi, startRunApi } from './run-api.ts';
import { Description } from './schema.ts';
import { Service } from './service.ts';

export interface GcpBed extends Bed {
  readonly cut: (runId: string) => Promise<void>;
  readonly full: (room: number) => void;
  readonly api: RunApi;
  readonly service: Service;
  readonly logging: FakeLogging;
  /** As the cloud of this bed opens them, at another pace. */
  open(host: CloudHost, pace: Partial<Pace>): Promise<Fleets>;
}

export const PROJECT = 'bed-project';
export const REGION = 'europe-west1';
export const IMAGE = `${REGION}-docker.pkg.dev/${PROJECT}/load-test`;

/** Prints a line a tenth of a second until it is told to end, and then a last one. */
export const WAITS = `${IMAGE}/waits:1`;
const PROGRAM = `
let n = 0;
const say = () => console.log(JSON.stringify(['line', Number(process.env.CLOUD_RUN_TASK_INDEX), n++]));
console.log(JSON.stringify({ level: 'info', list: [1, true, null, 'a'] }));
console.error('it waits');
say();
const saying = setInterval(say, 100);
process.on('SIGTERM', () => { clearInterval(saying); console.log('the last line'); process.exitCode = 0; });
`;

/** All that takes seconds there takes tenths here. */
const PACE: Partial<Pace> = { lookMs: 150, pollMs: 250, tailMs: 100, tailAgainMs: 800, settleMs: 300, againMs: 40 };
const CUT_MS = 800;

export async function openBed(document: Discovery, { locust }: BedOptions): Promise<GcpBed> {
  // Google's libraries would else look for the machine that they may be on.
  process.env['METADATA_SERVER_DETECTION'] = 'none';
  const folder = await mkdtemp(path.join(tmpdir(), 'cloud-run-'));
  const logging = await startLogging();
  const service = new Service({
    project: PROJECT,
    folder,
    secrets: { [`projects/${PROJECT}/secrets/token`]: SECRET },
    images: { [WAITS]: { env: {}, args: ['-e', PROGRAM] }, [`${IMAGE}/locust:1`]: { env: { LOCUST_PATH: locust, LOAD_TESTING_DATA_DIR: path.join(folder, 'data') } } },
    print: logging.print,
  });
  const api = await startRunApi(new Description(document), service);
  const elsewhereAt = (pace: Partial<Pace>) => ({ rootUrl: api.url, logging: { servicePath: '127.0.0.1', port: logging.port, sslCreds: logging.credentials }, pace: { ...PACE, ...pace } });
  const settings = {
    LOAD_TESTING_GCP_PROJECT: PROJECT,
    LOAD_TESTING_GCP_REGIONS: `${REGION},us-central1`,
    LOAD_TESTING_GCP_IMAGE: `${IMAGE}/{framework}:1`,
    LOAD_TESTING_GCP_SECRETS: JSON.stringify({ TOKEN: `projects/${PROJECT}/secrets/token/versions/3` }),
    LOAD_TESTING_GCP_LEAD_MS: '4000',
  };
  return {
    cloud: { ...gcp, open: (given, host) => openGcp(given, host, elsewhereAt({})) } as AnyCloud,
    settings,
    open: (host, pace) => openGcp(schema.parse(settings), host, elsewhereAt(pace)),
    api,
    service,
    logging,
    living: async (runId) => service.running(runId).flatMap((execution) => execution.living()),
    left: async (runId) => service.left(runId),
    async kill(runId, shard) {
      for (const execution of service.running(runId)) execution.kill(shard);
    },
    cut: async () => logging.cut(CUT_MS),
    full: (room) => { service.room = room; },
    async shown(runId) {
      const orders = api.requests.filter(({ url, body }) => `${url} ${JSON.stringify(body)}`.includes(runId));
      const entries = logging.kept.filter(({ resource }) => resource.labels['job_name']?.includes(runId));
      return JSON.stringify([orders, service.left(runId), service.running(runId).map((execution) => [execution.resource(), execution.tasks]), entries]);
    },
    async [Symbol.asyncDispose]() {
      await service.end();
      await api[Symbol.asyncDispose]();
      await logging[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      if (api.violations.length > 0) throw new Error(`Google would have refused, or this bed has answered what Google does not: ${api.violations.join('; ')}`);
    },
  };
}
