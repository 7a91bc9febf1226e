/** AWS in one region: its two clients, and what is asked of them about a run. */
import type * as ecsSdk from '@aws-sdk/client-ecs';
import type * as logsSdk from '@aws-sdk/client-cloudwatch-logs';
import PQueue from 'p-queue';
import { library } from '../library.ts';
import { problemOf } from './problems.ts';

/** The SDK turns them. */
type Pages = Pick<typeof ecsSdk, 'paginateListTasks' | 'paginateListTaskDefinitionFamilies'> & Pick<typeof logsSdk, 'paginateFilterLogEvents' | 'paginateGetLogEvents'>;

export interface Region {
  /** null: the one of the default chain. */
  readonly key: string | null;
  readonly ecs: ecsSdk.ECS;
  readonly logs: logsSdk.CloudWatchLogs;
  readonly pages: Pages;
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
    const paced = new PQueue({ concurrency: AT_ONCE, intervalCap: PER_SECOND, interval: 1000 });
    return { key, ecs: new ecs.ECS(config), logs: new logs.CloudWatchLogs(config), pages: { ...ecs, ...logs }, cluster, logGroupName, paced };
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

/** ARNs of the tasks that live, or will. */
export const livingTasks = ({ ecs, cluster, pages }: Region, of: { readonly family: string } | { readonly startedBy: string }, signal?: AbortSignal): Promise<string[]> => {
  const found = pages.paginateListTasks({ client: ecs }, { cluster, ...of, desiredStatus: 'RUNNING' }, { abortSignal: signal });
  return asked('ecs:ListTasks', () => every(found, ({ taskArns }) => taskArns));
};

/** ARNs of the definitions of one run; as a rule one. */
export async function definitionsOf({ ecs }: Region, family: string): Promise<string[]> {
  const { taskDefinitionArns = [] } = await asked('ecs:ListTaskDefinitions', () => ecs.listTaskDefinitions({ familyPrefix: family, status: 'ACTIVE' }));
  return taskDefinitionArns;
}

export const familiesWith = ({ ecs, pages }: Region, familyPrefix: string, signal: AbortSignal): Promise<string[]> => {
  const found = pages.paginateListTaskDefinitionFamilies({ client: ecs }, { familyPrefix, status: 'ACTIVE' }, { abortSignal: signal });
  return asked('ecs:ListTaskDefinitionFamilies', () => every(found, ({ families }) => families));
};

async function every<Page, T>(pages: AsyncIterable<Page>, of: (page: Page) => readonly T[] | undefined): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...(of(page) ?? []));
  return all;
}
