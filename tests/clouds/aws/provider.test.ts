/** What is particular to AWS: what it refuses, what goes wrong there, and the words for it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ECS } from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Fleet, type FleetNews, type FleetOrder, type Fleets, hasEnded } from '../../../server/clouds/cloud.ts';
import { aws } from '../../../server/clouds/aws/index.ts';
import { childProcesses } from '../../helpers/leaks.ts';
import { until } from '../../helpers/until.ts';
import { type AwsBed, missing, openBed } from './bed.ts';

const ids = Array.from({ length: 100 }, (_, i) => `cccccccc-0000-4000-8000-${String(i).padStart(12, '0')}`);

describe.skipIf(missing)(`AWS, one refusal or fault at a time${missing ? ` (${missing})` : ''}`, () => {
  const before = childProcesses();
  let bed: AwsBed;
  let folder: string;
  let fleets: Fleets;
  const warnings: unknown[] = [];
  const host = (installation: string) => ({ installation, folder, searchPath: process.env['PATH'] ?? '', stopGraceMs: 1000, toolPaths: {}, dataFolder: folder, log: { warn: (facts: object) => void warnings.push(facts), error() {} } });
  const open = (more: Record<string, string> = {}, installation = 'here') => aws.open(aws.settings.parse({ ...bed.settings, ...more }), host(installation));
  const order = (more: Partial<FleetOrder> = {}): FleetOrder => ({ runId: ids.pop() ?? '', shards: 3, region: null, image: 'registry.example/load-test-locust:1', task: 'bm90aGluZw==', secrets: {}, deadlineAt: new Date(Date.now() + 60_000), ...more });
  const soon = () => AbortSignal.timeout(20_000);
  const tasksOf = (runId: string) => bed.account.tasks.filter((task) => task.runId === runId);
  const nothingLeft = (runId: string) => until('nothing is left', async () => (await bed.left(runId)).length === 0);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'aws-'));
    bed = await openBed({ locust: '/none', secrets: { TOKEN: 'a secret' } });
    fleets = await open();
  });
  afterEach(() => {
    Object.assign(bed.account, { room: Number.POSITIVE_INFINITY, fate: null, clusterStatus: 'ACTIVE', full: { failure: 'RESOURCE:ENI' } });
    bed.endpoint.faults.length = 0;
  });
  afterAll(async () => {
    await fleets?.close();
    await bed?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    expect(childProcesses()).toEqual(before);
  });

  /** Its states and lines, until all have ended. */
  async function ended(fleet: Fleet, of = fleets): Promise<{ readonly last: FleetNews[]; readonly lines: string[] }> {
    const news: FleetNews[] = [];
    await of.follow(fleet, (one) => news.push(one), soon());
    return { last: news.filter((one) => 'state' in one && hasEnded(one.state)), lines: news.flatMap((one) => ('line' in one ? [one.line] : [])) };
  }

  test('a request that is none is refused by botocore’s model, and makes the bed fail', async () => {
    const ecs = new ECS({});
    await expect(ecs.runTask({ cluster: 'tests', taskDefinition: 'x', count: '1' as never, launchTyp: 'FARGATE' } as never)).rejects.toThrow('Invalid type for parameter count');
    expect(bed.endpoint.violations.splice(0)).toHaveLength(1);
    ecs.destroy();
  });

  test('what is registered says which run it is of, gives secrets by reference only, and is tagged until its deadline', async () => {
    const wanted = order({ secrets: { TOKEN: 'a secret' }, shards: 1 });
    const fleet = await fleets.launch(wanted, soon());
    const definition = bed.account.definitions.active.find(({ family }) => family === `load-test-here-${wanted.runId}`);
    expect(definition).toMatchObject({ cpu: '1024', memory: '2048', tags: expect.arrayContaining([{ key: 'load-testing/run', value: wanted.runId }, { key: 'load-testing/installation', value: 'here' }, { key: 'load-testing/deadline', value: wanted.deadlineAt.toISOString() }]) });
    expect(definition?.containerDefinitions?.[0]).toMatchObject({ stopTimeout: 11, secrets: [{ name: 'TOKEN', valueFrom: expect.stringMatching(/^arn:aws:secretsmanager:/) }] });
    expect(JSON.stringify([bed.endpoint.requests, fleet])).not.toContain('a secret');
    await ended(fleet);
    await fleets.remove(fleet);
    await nothingLeft(wanted.runId);
  });

  test('the largest task that is promised fits a definition, with twenty secrets and long names', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `A_VARIABLE_WITH_A_RATHER_LONG_NAME_${i}`);
    const references = JSON.stringify(Object.fromEntries(names.map((name) => [name, `arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:teams/of/a/company/${name}-AbCdEf`])));
    const theirs = await open({ LOAD_TESTING_AWS_SECRETS: references }, '11111111-1111-4111-8111-111111111111');
    const wanted = order({ shards: 1, task: 'x'.repeat(aws.most.taskBytes), secrets: Object.fromEntries(names.map((name) => [name, ''])) });
    const fleet = await theirs.launch(wanted, soon());
    const { last } = await ended(fleet, theirs);
    expect(last).toEqual([{ shard: 0, state: 'failed', reason: expect.stringMatching(/^Its secrets could not be read: .*LOAD_TESTING_AWS_SECRETS.*can't find the specified secret/) }]);
    await theirs.remove(fleet);
    await nothingLeft(wanted.runId);
    await theirs.close();
  });

  describe('a launch', () => {
    for (const [what, full, sentence] of [
      ['no room in the subnets', { failure: 'RESOURCE:ENI' }, /^The subnets have no room for another network interface/],
      ['no capacity', { failure: 'Capacity is unavailable at this time. Please try again later or in a different availability zone' }, /^AWS has no capacity for Fargate tasks in these subnets at this time: try again later/],
      ['a quota', { exception: 'You’ve reached the limit on the number of vCPUs you can run concurrently' }, /^The account has no more Fargate vCPUs in this region: ask AWS for a higher quota .* AWS says: You’ve reached/],
    ] as const)
      test(`that ${what} stands in the way of starts nothing, and says it`, async () => {
        Object.assign(bed.account, { room: 2, full });
        const wanted = order();
        await expect(fleets.launch(wanted, soon())).rejects.toThrow(sentence);
        await nothingLeft(wanted.runId);
        expect(tasksOf(wanted.runId).map(({ described }) => described.stopCode)).toEqual(['UserInitiated', 'UserInitiated']);
      });

    test('that is throttled is tried again, and starts each shard once', async () => {
      bed.endpoint.faults.push({ operation: 'RunTask', times: 4, answer: { name: 'ThrottlingException', message: 'Rate exceeded' } });
      const wanted = order();
      const fleet = await fleets.launch(wanted, soon());
      expect(tasksOf(wanted.runId).map(({ shard }) => shard).toSorted()).toEqual([0, 1, 2]);
      await fleets.remove(fleet);
      await nothingLeft(wanted.runId);
    });

    test('whose answers are lost on their way starts no shard twice', async () => {
      bed.endpoint.faults.push({ operation: 'RunTask', times: 2, answer: 'lost' });
      const wanted = order();
      const fleet = await fleets.launch(wanted, soon());
      expect(new Set(fleet.ids).size).toBe(3);
      expect(tasksOf(wanted.runId)).toHaveLength(3);
      await fleets.remove(fleet);
      await nothingLeft(wanted.runId);
    });

    test('that is given up in the middle leaves nothing', async () => {
      const wanted = order({ shards: 20 });
      const stop = new AbortController();
      const launching = fleets.launch(wanted, stop.signal);
      await until('some have started', () => tasksOf(wanted.runId).length > 2);
      stop.abort(new Error('stopped'));
      await expect(launching).rejects.toThrow('stopped');
      expect(tasksOf(wanted.runId).length).toBeLessThan(20);
      await nothingLeft(wanted.runId);
    });

    for (const [what, operation, answer, sentence] of [
      ['the right to pass the role is missing', 'RegisterTaskDefinition', { name: 'ClientException', message: 'Role is not valid' }, /^AWS refuses ecs:RegisterTaskDefinition: Role is not valid\.$/],
      ['a right is missing', 'RunTask', { name: 'AccessDeniedException', message: 'User: arn:aws:sts::123456789012:assumed-role/app/i-1 is not authorized to perform: iam:PassRole on resource: load-test-execution' }, /^The AWS credentials of this server may not do iam:PassRole: their policy must allow it\./],
      ['the credentials have expired', 'RunTask', { name: 'ExpiredTokenException', message: 'The security token included in the request is expired' }, /^AWS does not accept the credentials of this server: The security token included in the request is expired\.$/],
    ] as const)
      test(`is refused in a sentence where ${what}`, async () => {
        bed.endpoint.faults.push({ operation, times: 100, answer });
        const wanted = order();
        await expect(fleets.launch(wanted, soon())).rejects.toThrow(sentence);
        await nothingLeft(wanted.runId);
      });
  });

  describe('a shard', () => {
    for (const [what, stoppedReason, sentence] of [
      ['whose image is not there', 'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref registry.example/load-test-locust:1: not found', /^Its image could not be pulled: .* AWS says: CannotPullContainerError: .*not found\.$/],
      ['that gets no network interface', 'Timeout waiting for network interface provisioning to complete.', /^AWS could not give it a network interface in time: the subnets may be full\./],
      ['that is refused for another reason', 'ResourceInitializationError: failed to download env files', /^It was ended before it ran: ResourceInitializationError: failed to download env files\.$/],
    ] as const)
      test(`${what} has failed, with a sentence`, async () => {
        bed.account.fate = { stoppedReason };
        const wanted = order({ shards: 2 });
        const fleet = await fleets.launch(wanted, soon());
        expect((await ended(fleet)).last).toEqual([0, 1].map((shard) => ({ shard, state: 'failed', reason: expect.stringMatching(sentence) })));
        const stored: string[] = [];
        for await (const line of fleets.stored(fleet, 0, soon())) stored.push(line);
        expect(stored).toEqual([]);
        await fleets.remove(fleet);
        await nothingLeft(wanted.runId);
      });

    test('whose log group does not exist is not waited for', async () => {
      const elsewhere = await open({ LOAD_TESTING_AWS_LOG_GROUP: '/not-there' });
      const wanted = order({ shards: 1 });
      const fleet = await elsewhere.launch(wanted, soon());
      await expect(elsewhere.follow(fleet, () => {}, soon())).rejects.toThrow('The log group of LOAD_TESTING_AWS_LOG_GROUP does not exist in the region.');
      await elsewhere.remove(fleet);
      await nothingLeft(wanted.runId);
      await elsewhere.close();
    });

    test('tells what it waits for, and what it printed, to the last line, though a search fails now and then', async () => {
      const wanted = order({ shards: 2 });
      const fleet = await fleets.launch(wanted, soon());
      bed.endpoint.faults.push({ operation: 'FilterLogEvents', times: 5, answer: { name: 'ServiceUnavailableException', message: 'busy', status: 503 } }, { operation: 'DescribeTasks', times: 2, answer: null });
      const news: FleetNews[] = [];
      await fleets.follow(fleet, (one) => news.push(one), soon());
      const of = (shard: number) => news.filter((one) => one.shard === shard);
      for (const shard of [0, 1]) {
        expect(of(shard).flatMap((one) => ('state' in one ? [one.state] : [])).at(-1)).toBe('failed');
        expect(of(shard).filter((one) => 'line' in one)).toEqual([{ shard, line: expect.stringMatching(/^The task of this shard cannot be read/) }]);
      }
      await fleets.remove(fleet);
      await nothingLeft(wanted.runId);
    });

    test('that is stopped before it ran is stopped, and a second stop is borne', async () => {
      const wanted = order({ shards: 2 });
      const fleet = await fleets.launch(wanted, soon());
      await fleets.stop(fleet, 1000);
      await fleets.stop(fleet, 1000);
      expect((await ended(fleet)).last.map((one) => 'state' in one && one.state)).toEqual(['stopped', 'stopped']);
      await fleets.remove(fleet);
      await fleets.remove(fleet);
      await nothingLeft(wanted.runId);
    });

    test('whose lines may not be read ends the following, with the right that is missing', async () => {
      const wanted = order({ shards: 1 });
      const fleet = await fleets.launch(wanted, soon());
      bed.endpoint.faults.push({ operation: 'FilterLogEvents', times: 100, answer: { name: 'AccessDeniedException', message: 'User: arn:aws:iam::123456789012:user/app is not authorized to perform: logs:FilterLogEvents on resource: /load-tests' } });
      await expect(fleets.follow(fleet, () => {}, soon())).rejects.toThrow(/^The AWS credentials of this server may not do logs:FilterLogEvents/);
      await fleets.remove(fleet);
      await nothingLeft(wanted.runId);
    });
  });

  test('a sweep finds tasks whose definition is gone already', async () => {
    const wanted = order({ shards: 1 });
    await fleets.launch(wanted, soon());
    const [definition] = bed.account.definitions.active.filter(({ family = '' }) => family.endsWith(wanted.runId));
    bed.account.definitions.become(definition?.taskDefinitionArn, 'ACTIVE', 'INACTIVE', '');
    expect(await fleets.sweep(async () => new Set(), soon())).toEqual([wanted.runId]);
    await nothingLeft(wanted.runId);
  });

  test('a run that cannot be ended does not keep a sweep from ending the others, and is swept the next time', async () => {
    const wanted = [order({ shards: 1 }), order({ shards: 1 })];
    for (const one of wanted) await fleets.launch(one, soon());
    bed.endpoint.faults.push({ operation: 'DeregisterTaskDefinition', times: 1, answer: { name: 'ClientException', message: 'not now' } });
    expect(await fleets.sweep(async () => new Set(), soon())).toHaveLength(1);
    expect(warnings.splice(0)).toMatchObject([{ err: { message: 'AWS refuses ecs:DeregisterTaskDefinition: not now.' } }]);
    expect(await fleets.sweep(async () => new Set(), soon())).toHaveLength(1);
    for (const { runId } of wanted) await nothingLeft(runId);
  });

  describe('its health', () => {
    const health = async (of: Fleets) => of.health(soon());

    test('names the cluster, and with it the account', async () => {
      expect(await health(fleets)).toEqual({ identity: 'arn:aws:ecs:us-east-1:123456789012:cluster/tests', problem: null });
    });

    test('says what is wrong with the cluster', async () => {
      const elsewhere = await open({ LOAD_TESTING_AWS_CLUSTER: 'other', LOAD_TESTING_AWS_REGIONS: 'us-east-1' });
      expect((await health(elsewhere)).problem).toBe('There is no ECS cluster other in us-east-1: LOAD_TESTING_AWS_CLUSTER must name one.');
      await elsewhere.close();
      bed.account.clusterStatus = 'INACTIVE';
      expect((await health(fleets)).problem).toBe('The ECS cluster tests in the default region is not active: it is INACTIVE.');
    });

    test('says where credentials are looked for when there are none', async () => {
      const { AWS_ACCESS_KEY_ID: key } = process.env;
      delete process.env['AWS_ACCESS_KEY_ID'];
      const bare = await open();
      await expect(health(bare)).rejects.toThrow(/^No AWS credentials were found\. The default chain of the AWS SDK looks for them/);
      await bare.close();
      process.env['AWS_ACCESS_KEY_ID'] = key;
    });

    test('says when no region is set', async () => {
      const { AWS_REGION: region } = process.env;
      delete process.env['AWS_REGION'];
      const bare = await open();
      await expect(health(bare)).rejects.toThrow('No AWS region is set: set LOAD_TESTING_AWS_REGIONS, or AWS_REGION.');
      await bare.close();
      process.env['AWS_REGION'] = region;
    });

    test('says when AWS cannot be reached', async () => {
      const { AWS_ENDPOINT_URL_ECS: url } = process.env;
      process.env['AWS_ENDPOINT_URL_ECS'] = 'http://127.0.0.1:9';
      const bare = await open();
      await expect(health(bare)).rejects.toThrow(/^AWS could not be reached for ecs:DescribeClusters \(ECONNREFUSED\)\.$/);
      await bare.close();
      process.env['AWS_ENDPOINT_URL_ECS'] = url;
    });
  });

  test('what was asked for in all this is what the policy of the documentation allows, and nothing more', async () => {
    const text = await readFile(new URL('../../../docs/clouds/aws.md', import.meta.url), 'utf8');
    const { Statement: statements } = JSON.parse(/```json\n(.+?)```/s.exec(text)?.[1] ?? '') as { Statement: { Action: string[] }[] };
    const asked = new Set(bed.endpoint.requests.map(({ operation }) => `${operation in bed.account.operations ? 'ecs' : 'logs'}:${operation}`));
    // Not asked for by name: what comes with a request that tags, or gives a role.
    expect(statements.flatMap(({ Action }) => Action).toSorted()).toEqual([...asked, 'ecs:TagResource', 'iam:PassRole'].toSorted());
  });

  test('the documentation names each setting', async () => {
    const text = await readFile(new URL('../../../docs/clouds/aws.md', import.meta.url), 'utf8');
    for (const name of Object.keys(aws.settings.shape)) expect(text).toContain(`\`${name}\``);
  });

  test('without the SDK a server has AWS in its list, and is told what to install when it is opened', async () => {
    const program = `
      import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name.startsWith('@aws-sdk/')) throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
        return next(name, context);
      } });
      const { aws } = await import('./server/clouds/aws/index.ts');
      await aws.open(aws.settings.parse({}), {}).catch((error) => console.log(error.constructor.name + ': ' + error.message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: path.resolve(import.meta.dirname, '../../..') });
    expect(stdout.trim()).toMatch(/^CloudProblem: The SDK of AWS is not installed\. Install it beside this plugin: npm install @aws-sdk\/client-ecs@\d/);
  });
});
