/** What a server that is gone has left of a run in shards: none of them is followed any more, and one that never began has cost nothing. */
import type { Db } from '../../db/client.ts';
import { hasEnded } from '../../clouds/cloud.ts';
import { changeRun } from '../row/store.ts';
import type { FleetRecord, Run, ShardReport } from '../run.ts';
import { changeCosts } from './store.ts';

const UNFOLLOWED = 'The server that followed it ended. Its requests are those that were heard of until then.';

/** Before the run is settled. Throws LostRun when it is another owner's by now. */
export async function settleLeft(db: Db, run: Run, owner: string): Promise<void> {
  if (run.fleet === null) return;
  const fleet = asLeft(run.fleet, run.state === 'queued');
  await changeRun(db, run, owner, { fleet });
  if (fleet.spent !== null) await changeCosts(db, [run.id], fleet.spent.amount);
}

/** @param neverBegan it had waited for its turn: nothing of it was ordered */
function asLeft(fleet: FleetRecord, neverBegan: boolean): FleetRecord {
  return { ...fleet, shards: fleet.shards.map(unfollowed), spent: neverBegan ? { ...fleet.cost, amount: 0 } : fleet.spent };
}

/** One that had not come is left as it is: it is said of it that it never came. */
function unfollowed(shard: ShardReport): ShardReport {
  return hasEnded(shard.state) || shard.state === 'pending' ? shard : { ...shard, state: 'stopped', problem: shard.problem ?? UNFOLLOWED };
}
