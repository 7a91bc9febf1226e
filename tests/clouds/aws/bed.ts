/** ECS and CloudWatch Logs on loopback, whose tasks are processes of this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { aws } from '../../../server/clouds/aws/index.ts';
import { searchPath } from '../../helpers/places.ts';
import type { Bed, BedOptions } from '../bed.ts';
import { Account } from './ecs.ts';
import { type Endpoint, startEndpoint } from './endpoint.ts';
import { searchOf } from './log-search.ts';
import { awsInstalled, startPython } from './python.ts';

/** Why there can be no bed here; null when there can. Tests that need one are skipped, with it in their name. */
export const missing = awsInstalled ? null : 'moto and botocore are not installed';

export interface AwsBed extends Bed {
  readonly account: Account;
  readonly endpoint: Endpoint;
}

export interface AwsBedOptions extends BedOptions {
  /** Values in Secrets Manager, by the name of the variable that gets them. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const LOG_GROUP = '/load-tests';
const CLUSTER = 'tests';
const secretArn = (name: string): string => `arn:aws:secretsmanager:us-east-1:123456789012:secret:load-test/${name}-AbCdEf`;

export async function openBed({ locust, secrets = {} }: AwsBedOptions): Promise<AwsBed> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'fargate-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const python = opened.use(await startPython());
  const client = new CloudWatchLogs({ endpoint: python.url, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  opened.defer(() => client.destroy());
  await client.createLogGroup({ logGroupName: LOG_GROUP });
  const logs = { client, names: new Set([LOG_GROUP]), streams: new Set<string>() };
  const account = new Account({
    cluster: CLUSTER,
    subnets: ['subnet-1', 'subnet-2'],
    folder,
    image: { PATH: searchPath, LOCUST_PATH: locust, LOAD_TESTING_DATA_DIR: path.join(folder, 'data'), LOAD_TESTING_SANDBOX: 'off' },
    logs,
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [secretArn(name), value])),
  });
  opened.defer(async () => {
    for (const task of account.tasks) task.kill();
    await Promise.all(account.tasks.map(({ over }) => over));
  });
  const search = searchOf(python.url, logs);
  const endpoint = opened.use(await startEndpoint({ account, search, python }));
  opened.use(environment({
    AWS_ENDPOINT_URL_ECS: endpoint.url, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint.url, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: path.join(folder, 'none'), AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'none'),
  }));

  const of = (runId: string) => account.tasks.filter((task) => task.runId === runId);
  const closing = opened.move();
  return {
    cloud: aws as Bed['cloud'],
    settings: {
      LOAD_TESTING_AWS_CLUSTER: CLUSTER,
      LOAD_TESTING_AWS_SUBNETS: 'subnet-1, subnet-2',
      LOAD_TESTING_AWS_EXECUTION_ROLE: 'arn:aws:iam::123456789012:role/load-test-execution',
      LOAD_TESTING_AWS_LOG_GROUP: LOG_GROUP,
      LOAD_TESTING_AWS_IMAGE: 'registry.example/load-test-{framework}:1',
      LOAD_TESTING_AWS_SECRETS: JSON.stringify(Object.fromEntries(Object.keys(secrets).map((name) => [name, secretArn(name)]))),
      LOAD_TESTING_AWS_LEAD_MS: '5000',
    },
    account,
    endpoint,
    living: async (runId) => of(runId).filter(({ isAlive }) => isAlive).map(({ shard }) => shard),
    left: async (runId) => [
      ...of(runId).filter(({ isOver }) => !isOver).map(({ described }) => described.taskArn ?? ''),
      ...account.definitions.active.filter(({ family = '' }) => family.endsWith(runId)).map(({ taskDefinitionArn = '' }) => taskDefinitionArn),
    ],
    async kill(runId, shard) {
      for (const task of of(runId).filter((one) => one.shard === shard)) task.kill();
    },
    async cut(runId) {
      search.hide(`load-test/${runId}/`, Date.now(), Date.now() + 1000);
      endpoint.faults.push({ operation: 'FilterLogEvents', times: 2, answer: null });
    },
    full(room) {
      account.room = room;
    },
    async shown(runId) {
      const streams = [...logs.streams].filter((name) => name.startsWith(`load-test/${runId}/`));
      const lines = await Promise.all(streams.map((logStreamName) => client.getLogEvents({ logGroupName: LOG_GROUP, logStreamName, startFromHead: true })));
      return JSON.stringify([endpoint.requests, of(runId).map(({ described }) => described), lines]);
    },
    async [Symbol.asyncDispose]() {
      await closing.disposeAsync();
      if (endpoint.violations.length > 0) throw new Error(endpoint.violations.join('\n'));
    },
  };
}

/** Of this process, until it is disposed of: where the SDK looks. */
function environment(variables: Readonly<Record<string, string>>): Disposable {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}
