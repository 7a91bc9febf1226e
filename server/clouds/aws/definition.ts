/** What is asked of ECS for an order: one task definition for the run, and a task of it for each shard. Pure. */
import type { RegisterTaskDefinitionCommandInput, RunTaskCommandInput } from '@aws-sdk/client-ecs';
import type { CloudHost, FleetOrder } from '../cloud.ts';
import { networkOf, type Settings } from './settings.ts';

/** Name of the one container, and a part of its log stream's name. */
const CONTAINER = 'shard';
/** After SIGTERM; ECS allows no longer. */
const MOST_STOP_SECONDS = 120;
/** Beyond its tool's own grace, a shard needs time to tell its last lines. */
const TELL_SECONDS = 10;

const FAMILY = 'load-test';
/** Of all definitions of an installation: what is left is found by it. */
export const familyPrefix = (installation: string): string => `${FAMILY}-${installation}-`;
export const familyOf = (installation: string, runId: string): string => `${familyPrefix(installation)}${runId}`;

const streamPrefix = (runId: string): string => `${FAMILY}/${runId}`;
/** Of the streams of all shards. */
export const streamsOf = (runId: string): string => `${streamPrefix(runId)}/`;
/** As the awslogs driver names it. */
export const streamOf = (runId: string, taskArn: string): string => `${streamPrefix(runId)}/${CONTAINER}/${taskArn.split('/').at(-1)}`;

export function definitionOf(settings: Settings, { installation, stopGraceMs }: Pick<CloudHost, 'installation' | 'stopGraceMs'>, order: FleetOrder, region: string): RegisterTaskDefinitionCommandInput {
  const { runId, image, task, secrets, deadlineAt } = order;
  return {
    family: familyOf(installation, runId),
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: settings.LOAD_TESTING_AWS_CPU,
    memory: String(settings.LOAD_TESTING_AWS_MEMORY),
    executionRoleArn: settings.LOAD_TESTING_AWS_EXECUTION_ROLE,
    containerDefinitions: [
      {
        name: CONTAINER,
        image: image ?? undefined,
        essential: true,
        environment: [
          { name: 'LOAD_TEST_TASK', value: task },
          { name: 'LOAD_TESTING_STOP_GRACE_MS', value: String(stopGraceMs) },
        ],
        secrets: Object.keys(secrets).map((name) => ({ name, valueFrom: settings.LOAD_TESTING_AWS_SECRETS[name] })),
        stopTimeout: Math.min(MOST_STOP_SECONDS, Math.ceil(stopGraceMs / 1000) + TELL_SECONDS),
        // What outlives the tool that started it is reaped, and SIGTERM reaches the shard.
        linuxParameters: { initProcessEnabled: true },
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': settings.LOAD_TESTING_AWS_LOG_GROUP ?? '',
            'awslogs-region': region,
            'awslogs-stream-prefix': streamPrefix(runId),
            // A log that cannot be written for a while must not hold up the load: the shard would wait in the middle of its
            // measuring. The buffer holds hours of lines; what is lost nevertheless is seen by its number, and said.
            mode: 'non-blocking',
            'max-buffer-size': '25m',
          },
        },
      },
    ],
    tags: [
      { key: 'managed-by', value: 'load-testing' },
      { key: 'load-testing/run', value: runId },
      { key: 'load-testing/installation', value: installation },
      { key: 'load-testing/deadline', value: deadlineAt.toISOString() },
    ],
  };
}

/** @param definition its ARN @param region null: the one of the default chain */
export function taskOf(settings: Settings, installation: string, { runId, region }: Pick<FleetOrder, 'runId' | 'region'>, definition: string, shard: number): RunTaskCommandInput {
  return {
    cluster: settings.LOAD_TESTING_AWS_CLUSTER,
    taskDefinition: definition,
    count: 1,
    launchType: 'FARGATE',
    // The SDK's own is a random one for each call: then a call that is repeated would start a second task.
    clientToken: `${runId}-${shard}`,
    startedBy: installation,
    enableECSManagedTags: true,
    propagateTags: 'TASK_DEFINITION',
    networkConfiguration: { awsvpcConfiguration: { ...networkOf(settings, region), assignPublicIp: settings.LOAD_TESTING_AWS_ASSIGN_PUBLIC_IP === 'true' ? 'ENABLED' : 'DISABLED' } },
    overrides: { containerOverrides: [{ name: CONTAINER, environment: [{ name: 'LOAD_TEST_SHARD_INDEX', value: String(shard) }] }] },
  };
}

/** null: it is none of this installation. @param group of a task: family:<its family> */
export function runOf(installation: string, group: string | undefined): string | null {
  const prefix = `family:${familyPrefix(installation)}`;
  return group?.startsWith(prefix) ? group.slice(prefix.length) : null;
}
