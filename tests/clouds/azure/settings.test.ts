/** What an operator sets of Azure, what is missing in it, what is ordered by it, and what a run costs. */
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../plugin/config.ts';
import { azure } from '../../../server/clouds/azure/index.ts';
import { groupOf, runOf } from '../../../server/clouds/azure/order.ts';
import { clouds } from '../../../server/clouds/index.ts';

const SUBNET = '/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/load';
const IDENTITY = '/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourcegroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pull';
const whole = {
  LOAD_TESTING_AZURE_SUBSCRIPTION: '01234567-89ab-cdef-0123-456789abcdef',
  LOAD_TESTING_AZURE_RESOURCE_GROUP: 'load-tests',
  LOAD_TESTING_AZURE_REGIONS: 'westeurope, eastus',
  LOAD_TESTING_AZURE_IMAGE: 'me.azurecr.io/load-testing-{framework}:1',
};
const set = (more: Record<string, string> = {}) => azure.settings.parse({ ...whole, ...more });

test('it is one of the places', () => expect(clouds).toContain(azure));

describe('How Azure is set up', () => {
  for (const [what, settings, problem] of [
    ['whole', whole, null],
    ['not at all', {}, 'Azure is not set up: LOAD_TESTING_AZURE_SUBSCRIPTION names no subscription.'],
    ['by its subscription only', { LOAD_TESTING_AZURE_SUBSCRIPTION: whole.LOAD_TESTING_AZURE_SUBSCRIPTION }, 'Azure is not set up completely: LOAD_TESTING_AZURE_RESOURCE_GROUP, LOAD_TESTING_AZURE_REGIONS, LOAD_TESTING_AZURE_IMAGE must be set as well.'],
    ['with a subnet, and two regions', { ...whole, LOAD_TESTING_AZURE_SUBNET: SUBNET }, 'The subnet of LOAD_TESTING_AZURE_SUBNET is in one region only: LOAD_TESTING_AZURE_REGIONS must name that one alone.'],
    ['with a subnet, and its region', { ...whole, LOAD_TESTING_AZURE_REGIONS: 'eastus', LOAD_TESTING_AZURE_SUBNET: SUBNET }, null],
  ] as const)
    test(what, () => expect(azure.unconfigured(azure.settings.parse(settings))).toBe(problem));

  test('what is wrong stops the start with its name', () => {
    const wrong = { LOAD_TESTING_AZURE_SUBSCRIPTION: 'my subscription', LOAD_TESTING_AZURE_RESOURCE_GROUP: 'a/b', LOAD_TESTING_AZURE_CPU: '0', LOAD_TESTING_AZURE_MEMORY: '2.25', LOAD_TESTING_AZURE_SUBNET: 'load', LOAD_TESTING_AZURE_REGISTRY_IDENTITY: SUBNET, LOAD_TESTING_AZURE_LEAD_MS: '5', LOAD_TESTING_AZURE_PRICE_GB_HOUR: '-1' };
    for (const [name, value] of Object.entries(wrong)) expect(() => readConfig({ [name]: value })).toThrow(`${name}: must be`);
    for (const value of ['1.1', '2.3', '0.7', '16']) expect(set({ LOAD_TESTING_AZURE_MEMORY: value }).LOAD_TESTING_AZURE_MEMORY).toBe(Number(value));
  });

  test('the first region is the default, and every variable is carried', () => {
    expect([azure.regions(set()), azure.size(set()), azure.leadMs(set(), 1), azure.uncarried(set(), ['TOKEN'])]).toEqual([['westeurope', 'eastus'], '1 vCPU, 2 GB', 90_000, []]);
  });
});

describe('An order for Azure', () => {
  const order = { runId: 'aaaaaaaa-0000-4000-8000-000000000001', shards: 3, region: null, image: 'me.azurecr.io/load-testing-k6:1', task: 'dGFzaw==', secrets: { TOKEN: 'its value' }, deadlineAt: new Date('2026-12-01T00:10:00Z') };
  const names = { installation: 'here', stopGraceMs: 5000, stayMs: 10_000 };

  test('is a group of one container that never begins twice, with its task in a file and secrets that nobody is shown', () => {
    const group = groupOf(set({ LOAD_TESTING_AZURE_CPU: '2', LOAD_TESTING_AZURE_MEMORY: '3.5' }), order, 2, names);
    expect(group).toMatchObject({ location: 'westeurope', osType: 'Linux', restartPolicy: 'Never', volumes: [{ name: 'load-test', secret: { task: Buffer.from('dGFzaw==').toString('base64') } }] });
    expect(group.containers).toEqual([
      {
        name: 'shard',
        image: 'me.azurecr.io/load-testing-k6:1',
        resources: { requests: { cpu: 2, memoryInGB: 3.5 } },
        environmentVariables: [
          { name: 'LOAD_TEST_SHARD_INDEX', value: '2' },
          { name: 'LOAD_TEST_TASK_FILE', value: '/load-test/task' },
          { name: 'LOAD_TEST_STAY_MS', value: '10000' },
          { name: 'LOAD_TESTING_STOP_GRACE_MS', value: '5000' },
          { name: 'LOAD_TESTING_MAX_MEMORY_MB', value: '2800' },
          { name: 'TOKEN', secureValue: 'its value' },
        ],
        volumeMounts: [{ name: 'load-test', mountPath: '/load-test', readOnly: true }],
      },
    ]);
  });

  test('has a network and a registry where they are set', () => {
    const of = (image: string) => groupOf(set({ LOAD_TESTING_AZURE_SUBNET: SUBNET, LOAD_TESTING_AZURE_REGISTRY_IDENTITY: IDENTITY }), { ...order, image }, 0, names);
    expect(of('me.azurecr.io/k6:1')).toMatchObject({ subnetIds: [{ id: SUBNET }], identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } }, imageRegistryCredentials: [{ server: 'me.azurecr.io', identity: IDENTITY }] });
    expect(['localhost:5000/k6', 'me/k6:1', 'k6'].map((image) => of(image).imageRegistryCredentials?.[0]?.server)).toEqual(['localhost:5000', 'index.docker.io', 'index.docker.io']);
    expect(groupOf(set(), order, 0, names)).not.toHaveProperty('identity');
  });

  test('is found again by its tags, by its own installation alone', () => {
    const group = groupOf(set(), order, 0, names);
    expect([runOf(group, 'here'), runOf(group, 'there'), runOf({ ...group, tags: { 'load-test-installation': 'here', 'load-test-run': 'x' } }, 'here')]).toEqual([order.runId, null, null]);
  });
});

describe('The price of a run on Azure', () => {
  const cost = (more: Record<string, string>, region: string | null = 'eastus') => azure.estimate(set(more), { shards: 10, seconds: 900, region });

  test('is that of its processors and memory, by the second', () => {
    const { amount, currency, basis, pricesAsOf } = cost({});
    expect(amount).toBeCloseTo(2.5 * (0.0405 + 2 * 0.00445), 10);
    expect([currency, pricesAsOf]).toEqual(['USD', new Date('2026-08-27')]);
    expect(basis).toBe('10 container groups of 1 vCPU and 2 GB for 900 s, at 0.0405 USD for a vCPU and 0.00445 USD for a GB an hour, by the list prices of eastus. Not included: data sent out of Azure, NAT of a subnet, the registry, and what the target costs.');
  });

  test('is a dearer one where a region is not in the table, and says so', () => {
    expect(cost({}, 'westeurope').amount).toBeCloseTo(2.5 * (0.0466 + 2 * 0.00511), 10);
    expect(cost({}, 'westeurope').basis).toContain('the list prices of Sweden Central (there are none of westeurope here');
  });

  test('is the operator’s own where there is one', () => {
    const { amount, basis } = cost({ LOAD_TESTING_AZURE_PRICE_VCPU_HOUR: '1', LOAD_TESTING_AZURE_PRICE_GB_HOUR: '0' });
    expect(amount).toBeCloseTo(2.5, 10);
    expect(basis).toContain('the prices of this server’s settings');
  });
});
