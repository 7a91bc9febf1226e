/** What a run costs, by Google's price list of one day. */
import type { CostEstimate, PricedOrder } from '../cloud.ts';
import type { GcpSettings } from './settings.ts';

/**
 * Cloud Run jobs are billed for as long as an instance lives, a minute at least, in USD a second; https://cloud.google.com/run/pricing.
 * A region that is not among the cheaper ones is counted as a dearer one: an estimate is rather too high.
 */
const PRICES_AS_OF = new Date('2026-11-25');
const TIERS = { 1: { vcpu: 0.000018, gib: 0.000002 }, 2: { vcpu: 0.0000216, gib: 0.0000024 } };
const TIER_1: ReadonlySet<string | null> = new Set(['asia-east1', 'asia-northeast1', 'asia-northeast2', 'asia-south1', 'europe-north1', 'europe-southwest1', 'europe-west1', 'europe-west4', 'europe-west8', 'europe-west9', 'me-west1', 'us-central1', 'us-east1', 'us-east4', 'us-east5', 'us-south1', 'us-west1']);
const LEAST_SECONDS = 60;

export function estimateOf(settings: GcpSettings, { shards, seconds, region }: PricedOrder): CostEstimate {
  const tier = TIER_1.has(region) ? 1 : 2;
  const { LOAD_TESTING_GCP_PRICE_VCPU_SECOND: vcpuSecond = TIERS[tier].vcpu, LOAD_TESTING_GCP_PRICE_GIB_SECOND: gibSecond = TIERS[tier].gib } = settings;
  const own = settings.LOAD_TESTING_GCP_PRICE_VCPU_SECOND !== undefined || settings.LOAD_TESTING_GCP_PRICE_GIB_SECOND !== undefined;
  const [vcpus, gib] = [Number(settings.LOAD_TESTING_GCP_CPU), gibOf(settings.LOAD_TESTING_GCP_MEMORY)];
  const billed = Math.max(LEAST_SECONDS, seconds);
  const whose = own ? 'prices of this server\'s settings' : `list price of Cloud Run jobs, regions of tier ${tier}`;
  return {
    amount: shards * billed * (vcpus * vcpuSecond + gib * gibSecond),
    currency: 'USD',
    basis: `${shards} ${shards === 1 ? 'shard' : 'shards'} of ${vcpus} vCPU and ${Math.round(gib * 100) / 100} GiB for ${Math.ceil(billed)} s each, at ${vcpuSecond} USD for a vCPU and ${gibSecond} USD for a GiB a second (${whose}). Not in it: what the load sends over the internet, logs beyond 50 GiB a month (0.50 USD for a GiB; a shard writes some kB a second), and what is free each month.`,
    pricesAsOf: PRICES_AS_OF,
  };
}

function gibOf(memory: string): number {
  const amount = Number.parseInt(memory, 10);
  return memory.endsWith('Mi') ? amount / 1024 : amount;
}
