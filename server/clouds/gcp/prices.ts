/** What a run costs, by Google's price list of one day. */
import type { CostEstimate, PricedOrder } from '../cloud.ts';
import type { GcpSettings } from './settings.ts';

/**
 * Cloud Run jobs are billed for as long as an instance lives, a minute at least, in USD a second; https://cloud.google.com/run/pricing.
 * A region that is not among the cheaper ones is counted as a dearer one: an estimate is rather too high.
 */
const LIST = {
  asOf: new Date('2026-11-25'),
  tiers: [
    { tier: 1, vcpuSecond: 0.000018, gibSecond: 0.000002 },
    { tier: 2, vcpuSecond: 0.0000216, gibSecond: 0.0000024 },
  ],
  tier1: new Set(['asia-east1', 'asia-northeast1', 'asia-northeast2', 'asia-south1', 'europe-north1', 'europe-southwest1', 'europe-west1', 'europe-west4', 'europe-west8', 'europe-west9', 'me-west1', 'us-central1', 'us-east1', 'us-east4', 'us-east5', 'us-south1', 'us-west1']),
} as const;

const LEAST_SECONDS = 60;
/** Of logs, beyond 50 GiB a month; https://cloud.google.com/stackdriver/pricing. */
const LOG_GIB = 0.5;

export function estimateOf(settings: GcpSettings, { shards, seconds, region }: PricedOrder): CostEstimate {
  const [first, second] = LIST.tiers;
  const list = region !== null && (LIST.tier1 as ReadonlySet<string>).has(region) ? first : second;
  const vcpuSecond = settings.LOAD_TESTING_GCP_PRICE_VCPU_SECOND ?? list.vcpuSecond;
  const gibSecond = settings.LOAD_TESTING_GCP_PRICE_GIB_SECOND ?? list.gibSecond;
  const own = vcpuSecond !== list.vcpuSecond || gibSecond !== list.gibSecond;
  const [vcpus, gib] = [Number(settings.LOAD_TESTING_GCP_CPU), gibOf(settings.LOAD_TESTING_GCP_MEMORY)];
  const billed = Math.max(LEAST_SECONDS, seconds);
  return {
    amount: shards * billed * (vcpus * vcpuSecond + gib * gibSecond),
    currency: 'USD',
    basis: `${shards} ${shards === 1 ? 'shard' : 'shards'} of ${vcpus} vCPU and ${round(gib)} GiB for ${Math.ceil(billed)} s each, at ${vcpuSecond} USD for a vCPU and ${gibSecond} USD for a GiB a second (${own ? 'prices of this server\'s settings' : `list price of Cloud Run jobs, regions of tier ${list.tier}`}). Not in it: what the load sends over the internet, logs beyond 50 GiB a month (${LOG_GIB.toFixed(2)} USD for a GiB; a shard writes some kB a second), and what is free each month.`,
    pricesAsOf: LIST.asOf,
  };
}

function gibOf(memory: string): number {
  const amount = Number.parseInt(memory, 10);
  return memory.endsWith('Mi') ? amount / 1024 : amount;
}

const round = (gib: number): number => Math.round(gib * 100) / 100;
