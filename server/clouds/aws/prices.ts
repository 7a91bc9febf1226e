/** What a fleet on Fargate costs: Linux on x86, on demand. Pure; nothing is fetched. */
import type { CostEstimate, PricedOrder } from '../cloud.ts';
import type { Settings } from './settings.ts';

interface Price {
  readonly vcpuHour: number;
  readonly gbHour: number;
}

/** AWS Price List, `Fargate-vCPU-Hours:perCPU` and `Fargate-GB-Hours` of each region, USD. */
const PRICES_AS_OF = new Date('2026-10-06');
const CHEAP: Price = { vcpuHour: 0.04048, gbHour: 0.004445 };
const DEARER: Price = { vcpuHour: 0.04656, gbHour: 0.00511 };
const PRICES: Readonly<Record<string, Price>> = { 'us-east-1': CHEAP, 'eu-west-1': CHEAP, 'eu-central-1': DEARER, 'eu-west-2': DEARER, 'ap-northeast-2': DEARER };
/** The same in all regions. */
const PUBLIC_IP_HOUR = 0.005;

/** CloudWatch Logs takes in; us-east-1. */
const LOG_GB = 0.5;
/** A shard prints a few lines a second, each with a histogram. */
const LOG_BYTES_PER_SECOND = 3000;
/** Each task is paid for at least so long. */
const LEAST_SECONDS = 60;

export function estimate(settings: Settings, { shards, seconds, region }: PricedOrder): CostEstimate {
  const known = PRICES[region ?? ''];
  const table = known ?? DEARER;
  const { LOAD_TESTING_AWS_PRICE_VCPU_HOUR: vcpuHour = table.vcpuHour, LOAD_TESTING_AWS_PRICE_GB_HOUR: gbHour = table.gbHour } = settings;
  const [vcpus, gb] = [Number(settings.LOAD_TESTING_AWS_CPU) / 1024, settings.LOAD_TESTING_AWS_MEMORY / 1024];
  const ip = settings.LOAD_TESTING_AWS_ASSIGN_PUBLIC_IP === 'true' ? PUBLIC_IP_HOUR : 0;
  const tasks = (shards * Math.max(LEAST_SECONDS, seconds) * (vcpus * vcpuHour + gb * gbHour + ip)) / 3600;
  const logs = (shards * seconds * LOG_BYTES_PER_SECOND * LOG_GB) / 1e9;
  const own = settings.LOAD_TESTING_AWS_PRICE_VCPU_HOUR !== undefined || settings.LOAD_TESTING_AWS_PRICE_GB_HOUR !== undefined;
  const whose = own ? 'the prices of this server’s settings' : `the on-demand prices of ${known ? region : `eu-central-1 (${whyOther(region)})`}`;
  const basis = `${shards === 1 ? '1 Fargate task' : `${shards} Fargate tasks`} of ${vcpus} vCPU and ${gb} GB for ${Math.round(Math.max(LEAST_SECONDS, seconds))} s (60 s at least)${ip > 0 ? ', a public address each' : ''}, and their lines in CloudWatch Logs, by ${whose}. Not included: data sent out of AWS, NAT, and what the target costs.`;
  return { amount: tasks + logs, currency: 'USD', basis, pricesAsOf: PRICES_AS_OF };
}

/** An estimate is rather too high. */
const whyOther = (region: string | null): string => (region === null ? 'LOAD_TESTING_AWS_REGIONS does not say which region it is; most cost less' : `there are none of ${region} here, which may cost more or less`);
