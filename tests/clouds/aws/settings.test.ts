/** What an operator sets of AWS, what is missing in it, and what a run costs by it. */
import { describe, expect, test } from 'vitest';
import { aws } from '../../../server/clouds/aws/index.ts';
import { networkOf } from '../../../server/clouds/aws/settings.ts';
import { clouds } from '../../../server/clouds/index.ts';

const whole = {
  LOAD_TESTING_AWS_CLUSTER: 'load',
  LOAD_TESTING_AWS_SUBNETS: 'subnet-1,subnet-2',
  LOAD_TESTING_AWS_EXECUTION_ROLE: 'arn:aws:iam::123456789012:role/load-test-execution',
  LOAD_TESTING_AWS_LOG_GROUP: '/load-tests',
  LOAD_TESTING_AWS_IMAGE: 'registry.example/load-testing-{framework}:1',
};
const set = (more: Record<string, string> = {}) => aws.settings.parse({ ...whole, ...more });

test('it is one of the places', () => expect(clouds).toContain(aws));

describe('how it is set up', () => {
  for (const [what, settings, problem] of [
    ['whole', whole, null],
    ['not at all', {}, 'AWS is not set up: LOAD_TESTING_AWS_CLUSTER names no ECS cluster.'],
    ['by its cluster only', { LOAD_TESTING_AWS_CLUSTER: 'load' }, 'AWS is not set up completely: LOAD_TESTING_AWS_SUBNETS, LOAD_TESTING_AWS_EXECUTION_ROLE, LOAD_TESTING_AWS_LOG_GROUP, LOAD_TESTING_AWS_IMAGE must be set as well.'],
    ['with a size that Fargate lacks', { ...whole, LOAD_TESTING_AWS_CPU: '2048' }, 'Fargate has no task of 2048 CPU units and 2048 MiB: with LOAD_TESTING_AWS_CPU=2048, LOAD_TESTING_AWS_MEMORY is 4096 to 16384 in steps of 1024.'],
    ['with two regions, and subnets of each', { ...whole, LOAD_TESTING_AWS_REGIONS: 'eu-central-1,us-east-1', LOAD_TESTING_AWS_SUBNETS: 'eu-central-1:subnet-1,us-east-1:subnet-2' }, null],
    ['with a region that has no subnet', { ...whole, LOAD_TESTING_AWS_REGIONS: 'eu-central-1,us-east-1', LOAD_TESTING_AWS_SUBNETS: 'eu-central-1:subnet-1' }, 'AWS is not set up completely: LOAD_TESTING_AWS_SUBNETS has no subnet for us-east-1.'],
    ['with subnets of whatever region', { ...whole, LOAD_TESTING_AWS_REGIONS: 'eu-central-1,us-east-1' }, 'AWS has several regions, and subnet-1 is in one of them only: write it as region:subnet-1.'],
    ['with subnets of a region that it is not set up for', { ...whole, LOAD_TESTING_AWS_SUBNETS: 'eu-central-1:subnet-1' }, 'AWS is not set up completely: LOAD_TESTING_AWS_SUBNETS has no subnet for the default region.'],
  ] as const)
    test(what, () => expect(aws.unconfigured(aws.settings.parse(settings))).toBe(problem));

  for (const [name, value, expected] of [
    ['LOAD_TESTING_AWS_SECRETS', 'TOKEN=x', /must be a JSON object: for each variable the ARN/],
    ['LOAD_TESTING_AWS_SECRETS', '{"TOKEN":"the-token-itself"}', /must be a JSON object: for each variable the ARN/],
    ['LOAD_TESTING_AWS_EXECUTION_ROLE', 'load-test-execution', /must be the ARN of a role/],
    ['LOAD_TESTING_AWS_CPU', '1000', /must be 256, 512, 1024/],
    ['LOAD_TESTING_AWS_MEMORY', 'much', /must be a number of MiB/],
    ['LOAD_TESTING_AWS_ASSIGN_PUBLIC_IP', 'yes', /must be true or false/],
  ] as const)
    test(`${name}=${value} is refused`, () => expect(() => set({ [name]: value })).toThrow(expected));

  test('a region has its own subnets and groups', () => {
    const settings = set({ LOAD_TESTING_AWS_SUBNETS: 'eu-central-1:subnet-1,us-east-1:subnet-2', LOAD_TESTING_AWS_SECURITY_GROUPS: 'us-east-1:sg-2' });
    expect(networkOf(settings, 'us-east-1')).toEqual({ subnets: ['subnet-2'], securityGroups: ['sg-2'] });
    expect(networkOf(settings, 'eu-central-1')).toEqual({ subnets: ['subnet-1'], securityGroups: [] });
    expect(networkOf(set(), null)).toEqual({ subnets: ['subnet-1', 'subnet-2'], securityGroups: [] });
  });

  test('variables without a reference are named, with the setting', () => {
    const settings = set({ LOAD_TESTING_AWS_SECRETS: '{"TOKEN":"arn:aws:ssm:us-east-1:123456789012:parameter/load/token"}' });
    expect(aws.uncarried(settings, ['TOKEN', 'PASSWORD'])).toEqual([{ name: 'PASSWORD', message: expect.stringMatching(/no reference is set for PASSWORD: .* LOAD_TESTING_AWS_SECRETS\.$/) }]);
  });
});

describe('what it costs', () => {
  const cost = (more: Record<string, string>, order: Partial<Parameters<typeof aws.estimate>[1]> = {}) => aws.estimate(set(more), { shards: 10, seconds: 900, region: null, ...order });
  const without = { LOAD_TESTING_AWS_ASSIGN_PUBLIC_IP: 'false' };

  test('ten tasks of 1 vCPU and 2 GB for a quarter of an hour are twelve cents, and their lines one', () => {
    const { amount, currency, basis, pricesAsOf } = cost(without, { region: 'us-east-1' });
    expect(amount).toBeCloseTo(2.5 * (0.04048 + 2 * 0.004445) + 0.0135, 6);
    expect(currency).toBe('USD');
    expect(basis).toBe('10 Fargate tasks of 1 vCPU and 2 GB for 900 s (60 s at least), and their lines in CloudWatch Logs, by the on-demand prices of us-east-1. Not included: data sent out of AWS, NAT, and what the target costs.');
    expect(pricesAsOf).toEqual(new Date('2026-10-06'));
  });

  test('a public address costs as well, and a minute is paid for at least', () => {
    expect(cost({}).amount - cost(without).amount).toBeCloseTo(2.5 * 0.005, 6);
    expect(cost(without, { seconds: 1, region: 'us-east-1' }).amount).toBeCloseTo((10 * 60 * (0.04048 + 2 * 0.004445)) / 3600, 4);
  });

  test('a region has its own price; one that is not in the table is said', () => {
    expect(cost({}, { region: 'eu-central-1' }).amount).toBeGreaterThan(cost({}, { region: 'eu-west-1' }).amount);
    expect(cost({}, { region: 'sa-east-1' }).basis).toContain('the on-demand prices of eu-central-1 (there are none of sa-east-1 here, which may cost more or less)');
  });

  test('where the chain of AWS says the region, and not a setting, the estimate is by a dearer one, and says so', () => {
    expect(cost({}).amount).toBe(cost({}, { region: 'eu-central-1' }).amount);
    expect(cost({}, { shards: 1 }).basis).toMatch(/^1 Fargate task of .* by the on-demand prices of eu-central-1 \(LOAD_TESTING_AWS_REGIONS does not say which region it is; most cost less\)\./);
  });

  test('an operator’s own prices are taken instead', () => {
    const { amount, basis } = cost({ ...without, LOAD_TESTING_AWS_PRICE_VCPU_HOUR: '1', LOAD_TESTING_AWS_PRICE_GB_HOUR: '0' });
    expect(amount).toBeCloseTo(2.5 + 0.0135, 6);
    expect(basis).toContain('the prices of this server’s settings');
  });
});
