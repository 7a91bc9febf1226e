/**
 * An account of ECS for tests: it keeps to what the real one does with tokens, counts, lengths, names and states, and its tasks
 * really run. Nothing of it is shaped to the provider: what it was sent was held against botocore's models before.
 */
import { randomBytes } from 'node:crypto';
import type * as Ecs from '@aws-sdk/client-ecs';
import { Definitions } from './definitions.ts';
import { Refused, require } from './refused.ts';
import { type Fate, Task, type TaskOptions } from './task.ts';

export interface AccountOptions extends Pick<TaskOptions, 'folder' | 'image' | 'logs' | 'secrets'> {
  readonly cluster: string;
  readonly subnets: readonly string[];
}

export class Account {
  /** So many tasks may live at once. */
  room = Number.POSITIVE_INFINITY;
  /** Where the reason why there is none stands: among the failures, or thrown. */
  full: { readonly failure: string } | { readonly exception: string } = { failure: 'RESOURCE:ENI' };
  /** Of tasks that are asked for from now on. */
  fate: Fate = null;
  clusterStatus = 'ACTIVE';
  readonly definitions = new Definitions();
  readonly tasks: Task[] = [];
  readonly #started = new Map<string, { readonly asked: string; readonly task: Task }>();
  readonly #options: AccountOptions;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  readonly operations = {
    DescribeClusters: ({ clusters = [] }: Ecs.DescribeClustersCommandInput) => ({
      clusters: clusters.includes(this.#options.cluster) ? [{ clusterArn: this.#clusterArn, clusterName: this.#options.cluster, status: this.clusterStatus }] : [],
      failures: clusters.filter((name) => name !== this.#options.cluster).map((name) => ({ arn: `arn:aws:ecs:us-east-1:123456789012:cluster/${name}`, reason: 'MISSING' })),
    }),
    RegisterTaskDefinition: (input: Ecs.RegisterTaskDefinitionCommandInput) => ({ taskDefinition: this.definitions.register(input), tags: input.tags }),
    DeregisterTaskDefinition: ({ taskDefinition }: Ecs.DeregisterTaskDefinitionCommandInput) => ({ taskDefinition: this.definitions.become(taskDefinition, 'ACTIVE', 'INACTIVE', 'The specified task definition is inactive.') }),
    DeleteTaskDefinitions: ({ taskDefinitions = [] }: Ecs.DeleteTaskDefinitionsCommandInput) => ({
      taskDefinitions: taskDefinitions.map((arn) => this.definitions.become(arn, 'INACTIVE', 'DELETE_IN_PROGRESS', 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.')),
      failures: [],
    }),
    ListTaskDefinitions: ({ familyPrefix, status = 'ACTIVE' }: Ecs.ListTaskDefinitionsCommandInput) => {
      require(status === 'ACTIVE', 'only ACTIVE is known here');
      return { taskDefinitionArns: this.definitions.active.filter(({ family }) => familyPrefix === undefined || family === familyPrefix).map(({ taskDefinitionArn }) => taskDefinitionArn) };
    },
    ListTaskDefinitionFamilies: ({ familyPrefix = '', status, nextToken = '0' }: Ecs.ListTaskDefinitionFamiliesCommandInput) => {
      require(status === 'ACTIVE', 'only ACTIVE is known here');
      const families = [...new Set(this.definitions.active.map(({ family = '' }) => family))].filter((family) => family.startsWith(familyPrefix));
      const { page, next } = paged(families, nextToken);
      return { families: page, ...next };
    },
    RunTask: (input: Ecs.RunTaskCommandInput) => this.#run(input),
    DescribeTasks: ({ cluster, tasks = [] }: Ecs.DescribeTasksCommandInput) => {
      this.#require(cluster);
      require(tasks.length > 0 && tasks.length <= 100, 'Tasks cannot be empty and must not be more than 100.', 'InvalidParameterException');
      const found = this.tasks.filter(({ described }) => tasks.includes(described.taskArn ?? ''));
      return { tasks: found.map(({ described }) => described), failures: tasks.filter((arn) => !found.some(({ described }) => described.taskArn === arn)).map((arn) => ({ arn, reason: 'MISSING' })) };
    },
    ListTasks: ({ cluster, family, startedBy, desiredStatus = 'RUNNING', nextToken = '0' }: Ecs.ListTasksCommandInput) => {
      this.#require(cluster);
      require(family === undefined || startedBy === undefined, 'startedBy must be the only filter.', 'InvalidParameterException');
      const found = this.tasks.map(({ described }) => described).filter((task) => task.desiredStatus === desiredStatus && (family === undefined || task.group === `family:${family}`) && (startedBy === undefined || task.startedBy === startedBy));
      const { page, next } = paged(found, nextToken);
      return { taskArns: page.map(({ taskArn }) => taskArn), ...next };
    },
    StopTask: ({ cluster, task: arn, reason = 'Task stopped by user' }: Ecs.StopTaskCommandInput) => {
      this.#require(cluster);
      require(reason.length <= 1024, 'reason is too long', 'InvalidParameterException');
      const task = this.tasks.find(({ described }) => described.taskArn === arn);
      if (!task) throw new Refused('InvalidParameterException', 'The referenced task was not found.');
      task.stop(reason);
      return { task: task.described };
    },
  };

  #run(input: Ecs.RunTaskCommandInput): { readonly tasks: Ecs.Task[]; readonly failures: Ecs.Failure[] } {
    const { cluster, clientToken = '', startedBy = '', count = 1, overrides, networkConfiguration, launchType } = input;
    this.#require(cluster);
    require(/^[\x21-\x7e]{0,64}$/.test(clientToken), 'Invalid client token.', 'InvalidParameterException');
    require(/^[\w/-]{0,36}$/.test(startedBy), 'Invalid startedBy.', 'InvalidParameterException');
    require(count >= 1 && count <= 10, 'Count must be between 1 and 10.', 'InvalidParameterException');
    require(launchType === 'FARGATE', 'No Container Instances were found in your cluster.', 'InvalidParameterException');
    require(JSON.stringify(overrides ?? {}).length <= 8192, 'Overrides length must be at most 8192.', 'InvalidParameterException');
    const { subnets = [], assignPublicIp } = networkConfiguration?.awsvpcConfiguration ?? {};
    require(subnets.length > 0, 'Network Configuration must be provided when networkMode \'awsvpc\' is specified.', 'InvalidParameterException');
    for (const subnet of subnets) require(this.#options.subnets.includes(subnet), `Error retrieving subnet information for [${subnet}]: The subnet ID '${subnet}' does not exist`, 'InvalidParameterException');
    require(assignPublicIp !== undefined, 'assignPublicIp is DISABLED by default, and the subnets here have no NAT', 'InvalidParameterException');
    const asked = JSON.stringify(input);
    const before = clientToken === '' ? undefined : this.#started.get(clientToken);
    require(before === undefined || before.asked === asked, 'The client token was used with other parameters.', 'ConflictException');
    if (before) return { tasks: [before.task.described], failures: [] };
    const definition = this.definitions.of(input.taskDefinition);
    require(definition.status === 'ACTIVE', 'TaskDefinition is inactive');
    for (const { name } of overrides?.containerOverrides ?? []) require(definition.containerDefinitions?.some((container) => container.name === name) ?? false, `Override for container named ${name} is not a container in the TaskDefinition.`, 'InvalidParameterException');
    if (this.tasks.filter(({ isOver }) => !isOver).length + count > this.room) {
      if ('exception' in this.full) throw new Refused('ClientException', this.full.exception);
      return { tasks: [], failures: [{ reason: this.full.failure }] };
    }
    const tasks = Array.from({ length: count }, () => new Task({ ...this.#options, arn: `arn:aws:ecs:us-east-1:123456789012:task/${this.#options.cluster}/${randomBytes(16).toString('hex')}`, clusterArn: this.#clusterArn, definition, input, fate: this.fate }));
    this.tasks.push(...tasks);
    if (clientToken !== '' && tasks[0]) this.#started.set(clientToken, { asked, task: tasks[0] });
    return { tasks: tasks.map(({ described }) => described), failures: [] };
  }

  get #clusterArn(): string {
    return `arn:aws:ecs:us-east-1:123456789012:cluster/${this.#options.cluster}`;
  }

  #require(cluster: string | undefined): void {
    require(cluster === this.#options.cluster, 'Cluster not found.', 'ClusterNotFoundException');
  }
}

/** Small, so that there are several. */
const PAGE = 2;

function paged<T>(all: readonly T[], token: string): { readonly page: T[]; readonly next: { readonly nextToken?: string } } {
  const from = Number(token);
  return { page: all.slice(from, from + PAGE), next: from + PAGE < all.length ? { nextToken: String(from + PAGE) } : {} };
}
