/** Shards as the tasks of Cloud Run jobs: no cluster and no machine of one's own. What they print comes by Cloud Logging. */
import type { Cloud } from '../cloud.ts';
import { openGcp } from './fleets.ts';
import { MOST_TASK_BYTES } from './order.ts';
import { estimateOf } from './prices.ts';
import { type GcpSettings, settings, unconfigured } from './settings.ts';

export const gcp: Cloud<GcpSettings> = {
  key: 'gcp',
  name: 'Google Cloud Run',
  engine: 'Cloud Run jobs',
  settings,
  unconfigured,
  regions: (env) => env.LOAD_TESTING_GCP_REGIONS,
  size: (env) => `${env.LOAD_TESTING_GCP_CPU} vCPU, ${env.LOAD_TESTING_GCP_MEMORY}`,
  images: (env) => env.LOAD_TESTING_GCP_IMAGE,
  // Tails of a project bring 60,000 entries a minute: ten lines a second of each shard.
  most: { shards: 100, taskBytes: MOST_TASK_BYTES },
  leadMs: (env) => env.LOAD_TESTING_GCP_LEAD_MS,
  // A log takes some seconds to take a line in; and while there is no tail it is asked each five.
  lagMs: 10_000,
  estimate: estimateOf,
  uncarried: ({ LOAD_TESTING_GCP_SECRETS: secrets }, names) =>
    names
      .filter((name) => !(name in secrets))
      .map((name) => ({ name, message: `Cloud Run takes the value of ${name} from Secret Manager alone, and LOAD_TESTING_GCP_SECRETS names no secret for it. Whoever runs this server adds one: {"${name}": "projects/my-project/secrets/my-secret/versions/1"}.` })),
  open: (env, host) => openGcp(env, host),
};
