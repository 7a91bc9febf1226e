/** AWS: each shard is a task of ECS on Fargate, so there are no machines to keep. */
import type { Cloud } from '../cloud.ts';
import { openFargate } from './fleets.ts';
import { estimate } from './prices.ts';
import { type Settings, settings, unconfigured } from './settings.ts';

export const aws: Cloud<Settings> = {
  key: 'aws',
  name: 'AWS ECS on Fargate',
  engine: 'ECS tasks on Fargate',
  settings,
  unconfigured,
  regions: (env) => env.LOAD_TESTING_AWS_REGIONS,
  size: (env) => `${Number(env.LOAD_TESTING_AWS_CPU) / 1024} vCPU, ${env.LOAD_TESTING_AWS_MEMORY} MiB`,
  images: (env) => env.LOAD_TESTING_AWS_IMAGE,
  // As many as ECS describes at once; a task definition may be 64 KiB in all, with names, ARNs and tags beside the task.
  most: { shards: 100, taskBytes: 56_000 },
  leadMs: (env) => env.LOAD_TESTING_AWS_LEAD_MS,
  // The log driver sends each 5 s, what it has sent is found some seconds later, and it is looked for each second.
  lagMs: 8000,
  estimate,
  uncarried: ({ LOAD_TESTING_AWS_SECRETS: secrets }, names) =>
    names
      .filter((name) => !(name in secrets))
      .map((name) => ({ name, message: `On AWS a variable's value is read from Secrets Manager or the Parameter Store by the task itself, and no reference is set for ${name}: name the ARN of its secret in LOAD_TESTING_AWS_SECRETS.` })),
  open: openFargate,
};
