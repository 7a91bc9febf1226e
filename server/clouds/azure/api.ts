/** The few things that Azure is asked for, in its pace: what it refuses is a problem with a sentence, and what is not there is null. */
import type { ContainerGroup, ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import PQueue from 'p-queue';
import { ApiProblem } from '../problem.ts';
import { CONTAINER } from './order.ts';
import type { Pace } from './pace.ts';
import { problemOf } from './problems.ts';
import { typed } from './typed.ts';

const AT_ONCE = 10;
const ACTION = 'Microsoft.ContainerInstance/containerGroups';
/** Until what was typed into a container has been done. */
const TYPED_WITHIN_MS = 5000;

export type Api = ReturnType<typeof openApi>;

export function openApi({ containerGroups, containers }: ContainerInstanceManagementClient, resourceGroup: string, pace: Pace) {
  const reads = new PQueue({ concurrency: AT_ONCE, intervalCap: pace.readsPerSecond, interval: 1000 });
  const writes = new PQueue({ concurrency: AT_ONCE, intervalCap: pace.writesPerSecond, interval: 1000 });

  const asked = async <T>(queue: PQueue, right: string, send: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await queue.add(async () => {
        signal?.throwIfAborted();
        return send();
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw problemOf(error, right);
    }
  };
  const ifThere = <T>(answer: Promise<T>): Promise<T | null> => answer.catch((error: unknown) => {
    if (error instanceof ApiProblem && /^(ResourceNotFound|ContainerLogNotAvailable|ContainerNotFound)$/.test(error.code)) return null;
    throw error;
  });

  return {
    /** @param signal not for what is on its way: an answer that nobody hears may be that of a group which was made */
    async make(name: string, group: ContainerGroup, signal: AbortSignal): Promise<void> {
      try {
        await asked(writes, `${ACTION}/write`, () => containerGroups.beginCreateOrUpdate(resourceGroup, name, group), signal);
      } catch (error) {
        // It is being made already: the answer was lost on its way, and it was asked for once more.
        if (!(error instanceof ApiProblem && error.code === 'ContainerGroupTransitioning')) throw error;
      }
    },
    group: (name: string, signal: AbortSignal): Promise<ContainerGroup | null> => ifThere(asked(reads, `${ACTION}/read`, () => containerGroups.get(resourceGroup, name, { abortSignal: signal }), signal)),
    /** Without what their containers are at. */
    groups: (signal: AbortSignal): Promise<ContainerGroup[]> => asked(reads, `${ACTION}/read`, async () => {
      const all: ContainerGroup[] = [];
      for await (const group of containerGroups.listByResourceGroup(resourceGroup, { abortSignal: signal })) all.push(group);
      return all;
    }, signal),
    /** What its container has printed on both outputs: all that is kept, or the last lines. null: there is none yet, or none any more. */
    async printed(name: string, lines: number | null, signal: AbortSignal): Promise<string | null> {
      const log = await ifThere(asked(reads, `${ACTION}/containers/logs/read`, () => containers.listLogs(resourceGroup, name, CONTAINER, { ...(lines === null ? {} : { tail: lines }), abortSignal: signal }), signal));
      return log?.content ?? null;
    },
    /** Types into a shell of its own in the container. */
    async type(name: string, text: string): Promise<void> {
      const { webSocketUri, password } = await asked(writes, `${ACTION}/containers/exec/action`, () => containers.executeCommand(resourceGroup, name, CONTAINER, { command: '/bin/sh', terminalSize: { rows: 24, cols: 80 } }));
      await typed(webSocketUri ?? '', [password ?? '', text], TYPED_WITHIN_MS);
    },
    /** SIGKILL. What it printed last may be lost. One that has ended stays as it is. */
    async stop(name: string): Promise<void> {
      await ifThere(asked(writes, `${ACTION}/stop/action`, () => containerGroups.stop(resourceGroup, name)));
    },
    /** It is gone some time later. */
    async remove(name: string): Promise<void> {
      await ifThere(asked(writes, `${ACTION}/delete`, () => containerGroups.beginDelete(resourceGroup, name)));
    },
  };
}
