/** How many shards a plan needs, and how many it has work for. Pure. */
import { readDataset } from '../../inputs/dataset.ts';
import { peakOf } from '../../script/load.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';

/** With room, whatever the framework: a generator near its end measures itself. */
const RATE_OF_SHARD = 500;
const USERS_OF_SHARD = 250;

export function shardsFor({ load }: Pick<ResolvedPlan, 'load'>): number {
  return Math.max(1, Math.ceil(peakOf(load.stages) / (load.model === 'open' ? RATE_OF_SHARD : USERS_OF_SHARD)));
}

/** Each has a user, and an iteration and a row where they are counted: a script that has none refuses to run. */
export function mostShards({ load, plannedIterations, plan }: Pick<ResolvedPlan, 'load' | 'plannedIterations' | 'plan'>): number {
  const users = load.model === 'closed' ? peakOf(load.stages) : load.maxUsers;
  const dataset = plan.inputs?.dataset;
  const rows = dataset?.order === 'unique' ? (readDataset(dataset).rows?.length ?? users) : users;
  return Math.max(1, Math.min(users, plannedIterations ?? users, rows));
}
