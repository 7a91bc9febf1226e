/** AWS in one region: its two clients, and what is asked of them about a run. */
import type { ECS } from '@aws-sdk/client-ecs';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import PQueue from 'p-queue';
import { library } from '../library.ts';
import { problemOf } from './problems.ts';

export interface Region {
  /** null: the one of the default chain. */
  readonly key: string | null;
  readonly ecs: ECS;
  readonly logs: CloudWatchLogs;
  readonly cluster: string | undefined;
  readonly logGroupName: string | undefined;
  /** An account may start and stop 20 tasks a second; somebody else is there as well. */
  readonly paced: PQueue;
}

/** At once, and in a second. */
const [AT_ONCE, PER_SECOND] = [5, 15];
/** Beyond the SDK's own three: what is throttled is asked again for about half a minute. */
const ATTEMPTS = 8;

export async function openRegions(keys: readonly string[], { cluster, logGroupName }: Pick<Region, 'cluster' | 'logGroupName'>): Promise<ReadonlyMap<string | null, Region>> {
  const [ecs, logs] = await Promise.all([
    library('AWS', '@aws-sdk/client-ecs@3.1164.0', () => import('@aws-sdk/client-ecs')),
    library('AWS', '@aws-sdk/client-cloudwatch-logs@3.1169.0', () => import('@aws-sdk/client-cloudwatch-logs')),
  ]);
  const open = (key: string | null): Region => {
    const config = { ...(key === null ? {} : { region: key }), maxAttempts: ATTEMPTS };
    return { key, ecs: new ecs.ECS(config), logs: new logs.CloudWatchLogs(config), cluster, logGroupName, paced: new PQueue({ concurrency: AT_ONCE, intervalCap: PER_SECOND, interval: 1000 }) };
  };
  return new Map((keys.length === 0 ? [null] : keys).map((key) => [key, open(key)]));
}

/** Its result, or a CloudProblem. @param what is asked for: "ecs:RunTask" */
export async function asked<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw problemOf(error, what);
  }
}

/** ARNs of the tasks that live, or will: each page of the list. */
export async function livingTasks({ ecs, cluster }: Region, of: { readonly family: string } | { readonly startedBy: string }, signal?: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await asked('ecs:ListTasks', () => ecs.listTasks({ cluster, ...of, desiredStatus: 'RUNNING', nextToken }, signal ? { abortSignal: signal } : {}));
    found.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** ARNs of the definitions of one run; as a rule one. */
export async function definitionsOf({ ecs }: Region, family: string): Promise<string[]> {
  const { taskDefinitionArns = [] } = await asked('ecs:ListTaskDefinitions', () => ecs.listTaskDefinitions({ familyPrefix: family, status: 'ACTIVE' }));
  return taskDefinitionArns;
}

export async function familiesWith({ ecs }: Region, familyPrefix: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await asked('ecs:ListTaskDefinitionFamilies', () => ecs.listTaskDefinitionFamilies({ familyPrefix, status: 'ACTIVE', nextToken }, { abortSignal: signal }));
    found.push(...(page.families ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
