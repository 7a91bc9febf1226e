/** What a fleet of container groups costs: Linux, standard, paid as it goes. Pure; nothing is fetched. */
import type { CostEstimate, PricedOrder } from '../cloud.ts';
import type { Settings } from './settings.ts';

interface Price {
  readonly vcpuHour: number;
  readonly gbHour: number;
}

/** Azure Retail Prices, "Standard vCPU Duration" and "Standard Memory Duration" of Container Instances, USD. They are billed by the second. */
const PRICES_AS_OF = new Date('2026-08-27');
const PRICES: Readonly<Record<string, Price>> = { eastus: { vcpuHour: 0.0405, gbHour: 0.00445 }, swedencentral: { vcpuHour: 0.0466, gbHour: 0.00511 } };
/** Of a region that is not in the table: an estimate is rather too high. */
const DEARER: Price = { vcpuHour: 0.0466, gbHour: 0.00511 };

export function estimate(settings: Settings, { shards, seconds, region }: PricedOrder): CostEstimate {
  const known = PRICES[(region ?? '').replaceAll(' ', '').toLowerCase()];
  const { vcpuHour: ofVcpu, gbHour: ofGb } = known ?? DEARER;
  const { LOAD_TESTING_AZURE_CPU: vcpus, LOAD_TESTING_AZURE_MEMORY: gb, LOAD_TESTING_AZURE_PRICE_VCPU_HOUR: vcpuHour = ofVcpu, LOAD_TESTING_AZURE_PRICE_GB_HOUR: gbHour = ofGb } = settings;
  const own = settings.LOAD_TESTING_AZURE_PRICE_VCPU_HOUR !== undefined || settings.LOAD_TESTING_AZURE_PRICE_GB_HOUR !== undefined;
  const whose = own ? 'the prices of this server’s settings' : known ? `the list prices of ${region}` : `the list prices of Sweden Central (${region === null ? 'LOAD_TESTING_AZURE_REGIONS does not say which region it is' : `there are none of ${region} here`}, which may cost more or less)`;
  return {
    amount: (shards * seconds * (vcpus * vcpuHour + gb * gbHour)) / 3600,
    currency: 'USD',
    basis: `${shards === 1 ? '1 container group' : `${shards} container groups`} of ${vcpus} vCPU and ${gb} GB for ${Math.round(seconds)} s, at ${vcpuHour} USD for a vCPU and ${gbHour} USD for a GB an hour, by ${whose}. Not included: data sent out of Azure, NAT of a subnet, the registry, and what the target costs.`,
    pricesAsOf: PRICES_AS_OF,
  };
}
