/** Whose turn it is: so many runs at once in all, and so many of one organization, so that nobody waits for another one's long queue. */
import PQueue from 'p-queue';

/** Of a run that waits for its turn nothing is left but its row: what it was given to run with was in the memory of its server. */
export const PLACE_LOST = 'It never began: its place in the queue was lost when its server ended. Start it again.';

/** Runs `work` when its turn comes. */
export type Turns = (organizationId: string, work: () => Promise<void>) => Promise<void>;

export function turns(inAll: number, perOrganization: number): Turns {
  const all = new PQueue({ concurrency: inAll });
  const own = new Map<string, PQueue>();
  return async (organizationId, work) => {
    const queue = own.get(organizationId) ?? new PQueue({ concurrency: perOrganization });
    own.set(organizationId, queue);
    await queue.add(() => all.add(work));
    if (queue.size + queue.pending === 0) own.delete(organizationId);
  };
}
