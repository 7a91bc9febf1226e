/** What a run in shards will cost, before it is asked for. Nothing is fetched. */
import type { Context } from '../../context.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import type { FleetCost } from '../run.ts';
import { cloudOf, costOf, type PlaceInput, regionOf, secondsOf, shardsOf } from './place.ts';

export interface Estimated extends FleetCost {
  readonly shards: number;
}

/** Throws a Refusal when there is no such place, it is not set up for that region, or it cannot be so many shards. */
export function estimateOf(ctx: Pick<Context, 'clouds'>, { place, cloud: given }: PlaceInput & { readonly place: string }, plan: ResolvedPlan): Estimated {
  if (place === 'local') return { amount: 0, currency: 'USD', basis: 'It runs on the machine of this server: nothing is paid for it.', pricesAsOf: new Date().toISOString(), shards: 1 };
  const cloud = cloudOf(ctx, place);
  const shards = shardsOf(cloud, plan, given?.shards ?? null);
  const region = regionOf(cloud, given?.region ?? null);
  return { ...costOf(cloud.estimate({ shards, seconds: secondsOf(cloud.leadMs(shards), plan), region })), shards };
}
