/** Places for runs that wait and run: so many in all, and of one organization not so many that nobody else finds one. Pure. */

/** Runs that may wait for their turn. */
export const MAX_WAITING = 20;
/** Of one organization. */
export const MAX_WAITING_OF_ONE = 10;

export interface PlaceLimits {
  readonly concurrentRuns: number;
  readonly concurrentRunsPerOrganization: number;
}

/**
 * @param taken the organization of each place that is taken
 * @returns why there is none for one more run of `organizationId`, in a sentence; null: there is one
 */
export function whyNoPlace(taken: readonly string[], organizationId: string, { concurrentRuns, concurrentRunsPerOrganization }: PlaceLimits): string | null {
  if (taken.length >= concurrentRuns + MAX_WAITING) return `${taken.length} runs are waiting or running, and this server takes no more. ${LATER}`;
  const own = taken.filter((organization) => organization === organizationId).length;
  if (own < Math.min(concurrentRuns, concurrentRunsPerOrganization) + MAX_WAITING_OF_ONE) return null;
  return `${own} runs of your organization are waiting or running, and no more places are given to one organization. ${LATER}`;
}

const LATER = 'Start this one when some of them have ended.';
