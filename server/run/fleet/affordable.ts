/** The ceiling of an organization: what its runs have cost lately, by estimates, and what these will. */
import PQueue from 'p-queue';
import type { Context } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import type { FleetCost } from '../run.ts';
import { insertCosts, spentLately } from './store.ts';

export const DAYS = 30;

type Asking = Pick<Context, 'db' | 'viewer' | 'limits'>;

/** Of many starts at once each sees what those before it will cost. Servers of one database do not wait for each other: the ceiling may be passed by what each of them starts in the same moment. */
const inTurn = new PQueue({ concurrency: 1 });

/** Throws a Refusal. @param runs that are asked for at once */
export async function requireAffordable({ db, viewer, limits }: Asking, { amount, currency }: FleetCost, runs: number): Promise<void> {
  const most = limits.maxCloudCost(viewer.organizationId);
  if (most === null || amount === 0) return;
  const spent = await spentLately(db, viewer.organizationId, DAYS);
  const planned = amount * runs;
  if (spent + planned <= most) return;
  const message = `${runs === 1 ? 'This run' : `These ${runs} runs`} will cost about ${money(planned, currency)}; your organization may spend ${money(most, currency)} in ${DAYS} days here, and about ${money(spent, currency)} is spent.`;
  throw new Refusal('limit_exceeded', message, { problems: [{ path: 'place', message }] });
}

/** The same, and from now on it counts. */
export async function reserveCost(ctx: Asking, cost: FleetCost, runIds: readonly string[]): Promise<void> {
  await inTurn.add(async () => {
    await requireAffordable(ctx, cost, runIds.length);
    await insertCosts(ctx.db, ctx.viewer.organizationId, runIds, cost.amount);
  });
}

const money = (amount: number, currency: string): string => `${amount.toFixed(2)} ${currency}`;
