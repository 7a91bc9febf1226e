/** The ceiling of an organization: what its runs have cost lately, by estimates, and what these will. */
import type { Context } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import type { FleetCost } from '../run.ts';
import { inTurn, insertCosts, spentLately } from './store.ts';

export const DAYS = 30;

type Asking = Pick<Context, 'db' | 'viewer' | 'limits'>;

/** Throws a Refusal. @param runs that are asked for at once */
export async function requireAffordable({ db, viewer, limits }: Asking, { amount, currency }: FleetCost, runs: number): Promise<void> {
  const most = limits.maxCloudCost(viewer.organizationId);
  if (most === null || amount === 0) return;
  const spent = await spentLately(db, viewer.organizationId, DAYS);
  const planned = amount * runs;
  if (spent + planned <= most) return;
  const message = `${runs === 1 ? 'This run' : `These ${runs} runs`} will cost about ${money(planned, currency)}; your organization may spend ${money(most, currency)} in ${DAYS} days here, and about ${money(spent, currency)} is spent. LOAD_TESTING_MAX_CLOUD_COST is the ceiling that whoever runs this server has set.`;
  throw new Refusal('limit_exceeded', message, { problems: [{ path: 'place', message }] });
}

/** The same, and from now on it counts. Of many starts at once, also by several servers, each sees what those before it will cost. */
export async function reserveCost({ db, viewer, limits }: Asking, cost: FleetCost, runIds: readonly string[]): Promise<void> {
  await inTurn(db, viewer.organizationId, async (alone) => {
    await requireAffordable({ db: alone, viewer, limits }, cost, runIds.length);
    await insertCosts(alone, viewer.organizationId, runIds, cost.amount);
  });
}

/** Of less than a cent its first digit. */
const money = (amount: number, currency: string): string => `${amount > 0 && amount < 0.01 ? amount.toPrecision(1) : amount.toFixed(2)} ${currency}`;
