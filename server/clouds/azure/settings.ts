/** What an operator says of Azure: where the container groups are made and how large they are. No credentials: those are found by the default chain of Azure's libraries. */
import { z } from 'zod';
import { incomplete, leadMs, list, price } from '../settings.ts';

const SUBSCRIPTION = 'must be the id of a subscription: 01234567-89ab-cdef-0123-456789abcdef';
const GROUP = 'must be the name of a resource group';
const SUBNET = 'must be the resource id of a subnet: /subscriptions/.../virtualNetworks/.../subnets/...';
const IDENTITY = 'must be the resource id of a user-assigned identity: /subscriptions/.../userAssignedIdentities/...';
const CPU = 'must be a number of vCPUs from 0.25 to 32';
const MEMORY = 'must be a number of GB from 0.5 to 256, with one decimal at most';

const resource = (type: string, problem: string) => z.string().regex(new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${type}/[^/]+$`, 'i'), problem).optional();

export const settings = z.object({
  /** Set: Azure is set up. */
  LOAD_TESTING_AZURE_SUBSCRIPTION: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, SUBSCRIPTION).optional(),
  /** All shards are made in it, of whatever region. */
  LOAD_TESTING_AZURE_RESOURCE_GROUP: z.string().regex(/^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u, GROUP).optional(),
  /** The first is the default. */
  LOAD_TESTING_AZURE_REGIONS: list.default([]),
  LOAD_TESTING_AZURE_IMAGE: list.default([]),
  LOAD_TESTING_AZURE_CPU: z.coerce.number(CPU).min(0.25, CPU).max(32, CPU).default(1),
  LOAD_TESTING_AZURE_MEMORY: z.coerce.number(MEMORY).min(0.5, MEMORY).max(256, MEMORY).multipleOf(0.1, MEMORY).default(2),
  /** Without: shards reach the internet, and nothing reaches them. */
  LOAD_TESTING_AZURE_SUBNET: resource('Microsoft\\.Network/virtualNetworks/[^/]+/subnets', SUBNET),
  /** What pulls the image. Without: the image is to be had by everybody. */
  LOAD_TESTING_AZURE_REGISTRY_IDENTITY: resource('Microsoft\\.ManagedIdentity/userAssignedIdentities', IDENTITY),
  LOAD_TESTING_AZURE_LEAD_MS: leadMs.default(90_000),
  /** In place of the table, for all regions. */
  LOAD_TESTING_AZURE_PRICE_VCPU_HOUR: price,
  LOAD_TESTING_AZURE_PRICE_GB_HOUR: price,
});

export type Settings = z.infer<typeof settings>;

export function unconfigured(settings: Settings): string | null {
  if (settings.LOAD_TESTING_AZURE_SUBSCRIPTION === undefined) return 'Azure is not set up: LOAD_TESTING_AZURE_SUBSCRIPTION names no subscription.';
  const problem = incomplete('Azure', settings, ['LOAD_TESTING_AZURE_RESOURCE_GROUP', 'LOAD_TESTING_AZURE_REGIONS', 'LOAD_TESTING_AZURE_IMAGE']);
  if (problem !== null) return problem;
  if (settings.LOAD_TESTING_AZURE_SUBNET !== undefined && settings.LOAD_TESTING_AZURE_REGIONS.length > 1) return 'The subnet of LOAD_TESTING_AZURE_SUBNET is in one region only: LOAD_TESTING_AZURE_REGIONS must name that one alone.';
  return null;
}
