/** Azure: each shard is a container group of Azure Container Instances, so there are no machines to keep. */
import type { Cloud } from '../cloud.ts';
import { openAzure } from './fleets.ts';
import { MOST_TASK_BYTES } from './order.ts';
import { estimate } from './prices.ts';
import { type Settings, settings, unconfigured } from './settings.ts';

export const azure: Cloud<Settings> = {
  key: 'azure',
  name: 'Azure Container Instances',
  engine: 'container groups',
  settings,
  unconfigured,
  regions: (env) => env.LOAD_TESTING_AZURE_REGIONS,
  size: (env) => `${env.LOAD_TESTING_AZURE_CPU} vCPU, ${env.LOAD_TESTING_AZURE_MEMORY} GB`,
  images: (env) => env.LOAD_TESTING_AZURE_IMAGE,
  // Each is asked by itself, and must be asked each few seconds (pace.ts); of a region an account may have 100, and make 100 in five minutes.
  most: { shards: 50, taskBytes: MOST_TASK_BYTES },
  leadMs: (env) => env.LOAD_TESTING_AZURE_LEAD_MS,
  // Until each of 50 was asked, and its log had taken a line in.
  lagMs: 8000,
  estimate,
  uncarried: () => [],
  open: (env, host) => openAzure(env, host),
};
