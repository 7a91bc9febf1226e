/** Whose turn it is: so many runs at once in all, and so many of one organization, so that nobody waits for another one's long queue. */
import PQueue from 'p-queue';

/** Of a run that waits for its turn nothing is left but its row: what it was given to run with was in the memory of its server. */
export const PLACE_LOST = 'It never began: its place in the queue was lost when its server ended. Start it again.';

/** Runs `work` when its turn comes. Runs of one `group` never load the same target together, whatever the limits; null: it is of none. */
export type Turns = (organizationId: string, group: string | null, work: () => Promise<void>) => Promise<void>;

export function turns(inAll: number, perOrganization: number): Turns {
  const all = new PQueue({ concurrency: inAll });
  const own = queues(perOrganization);
  const groups = queues(1);
  return (organizationId, group, work) => {
    const inTurn = () => own(organizationId, () => all.add(work));
    // Who waits for its group takes no place of its organization.
    return group === null ? inTurn() : groups(group, inTurn);
  };
}

/** A queue per key, for as long as something is in it. */
function queues(concurrency: number): (key: string, work: () => Promise<void>) => Promise<void> {
  const known = new Map<string, PQueue>();
  return async (key, work) => {
    const queue = known.get(key) ?? new PQueue({ concurrency });
    known.set(key, queue);
    await queue.add(work);
    if (queue.size + queue.pending === 0) known.delete(key);
  };
}
