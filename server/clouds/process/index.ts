/** Shards as processes of this machine: two or more tools side by side, the test bed of all that is common to clouds, and the example for the next one. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { leadMs } from '../settings.ts';
import { openProcesses } from './fleets.ts';

const settings = z.object({
  /** From the order to plan second 0. Default: by the number of shards, and the cores here. */
  LOAD_TESTING_PROCESS_LEAD_MS: leadMs.optional(),
});

/** An interpreter, a tool that is asked for its version, the tool itself: seconds of one core for each shard. */
const MS_OF_CORE = 5000;
const LEAST_LEAD_MS = 6000;

export const processes: Cloud<z.infer<typeof settings>> = {
  key: 'process',
  name: 'Processes',
  engine: `processes of this server's own machine, which has ${availableParallelism()} cores`,
  settings,
  unconfigured: () => null,
  regions: () => [],
  images: () => [],
  size: () => null,
  most: { shards: 64, taskBytes: 64_000_000 },
  leadMs: (env, shards) => env.LOAD_TESTING_PROCESS_LEAD_MS ?? Math.ceil(LEAST_LEAD_MS + (shards * MS_OF_CORE) / availableParallelism()),
  lagMs: 1000,
  estimate: () => ({ amount: 0, currency: 'USD', basis: 'The shards run on the machine of this server: nothing is paid for them.', pricesAsOf: new Date('2026-12-01') }),
  uncarried: () => [],
  open: async (_settings, host) => openProcesses(host),
};
