/** The few things that Azure is asked for, in its pace: what it refuses is a problem with a sentence, and what is not there is null. */
import type { ContainerGroup } from '@azure/arm-containerinstance';
import type { TokenCredential } from '@azure/identity';
import PQueue from 'p-queue';
import { library } from '../library.ts';
import { unless } from '../problem.ts';
import { CONTAINER } from './order.ts';
import { PACE, type Pace } from './pace.ts';
import { problemOf } from './problems.ts';
import type { Settings } from './settings.ts';
import { typed } from './typed.ts';

const PACKAGES = '@azure/arm-containerinstance@9.1.0 @azure/identity@4.14.1';
const AT_ONCE = 10;
const ACTION = 'Microsoft.ContainerInstance/containerGroups';
/** Until what was typed into a container has been done. */
const TYPED_WITHIN_MS = 5000;
/** What is throttled, or was not answered, is asked again so often, as Azure's libraries do it. */
const RETRIES = 4;

/** Where it is another Azure: no settings of an operator. */
export interface Elsewhere {
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** Of who signed the endpoint's certificate. */
  readonly ca: string;
  readonly pace: Partial<Pace>;
}

const unlessGone = unless('ResourceNotFound', 'ContainerLogNotAvailable', 'ContainerNotFound');

export type Api = Awaited<ReturnType<typeof openApi>>;

/** With Azure's own libraries, and credentials found where every program for Azure finds them. */
export async function openApi(settings: Settings, elsewhere: Elsewhere | null) {
  const { LOAD_TESTING_AZURE_SUBSCRIPTION: subscription = '', LOAD_TESTING_AZURE_RESOURCE_GROUP: resourceGroup = '' } = settings;
  const { ContainerInstanceManagementClient: Client } = await library('Azure', PACKAGES, () => import('@azure/arm-containerinstance'));
  const { DefaultAzureCredential } = await library('Azure', PACKAGES, () => import('@azure/identity'));
  const pace = { ...PACE, ...elsewhere?.pace };
  const { containerGroups, containers } = new Client(elsewhere?.credential ?? new DefaultAzureCredential(), subscription, {
    retryOptions: { maxRetries: RETRIES, retryDelayInMs: pace.againMs },
    ...(elsewhere ? { endpoint: elsewhere.endpoint, tlsOptions: { ca: elsewhere.ca } } : {}),
  });
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

  return {
    pace,
    /** @param signal not for what is on its way: an answer that nobody hears may be that of a group which was made */
    async make(name: string, group: ContainerGroup, signal: AbortSignal): Promise<void> {
      // It is being made already: the answer was lost on its way, and it was asked for once more.
      const borne = unless('ContainerGroupTransitioning');
      await asked(writes, `${ACTION}/write`, () => containerGroups.beginCreateOrUpdate(resourceGroup, name, group), signal).catch(borne);
    },
    group: (name: string, signal: AbortSignal): Promise<ContainerGroup | null> =>
      asked(reads, `${ACTION}/read`, () => containerGroups.get(resourceGroup, name, { abortSignal: signal }), signal).catch(unlessGone),
    /** Without what their containers are at. */
    groups: (signal: AbortSignal): Promise<ContainerGroup[]> => asked(reads, `${ACTION}/read`, async () => {
      const all: ContainerGroup[] = [];
      for await (const group of containerGroups.listByResourceGroup(resourceGroup, { abortSignal: signal })) all.push(group);
      return all;
    }, signal),
    /** What its container has printed on both outputs: all that is kept, or the last lines. null: there is none yet, or none any more. */
    async printed(name: string, lines: number | null, signal: AbortSignal): Promise<string | null> {
      const options = { ...(lines === null ? {} : { tail: lines }), abortSignal: signal };
      const log = await asked(reads, `${ACTION}/containers/logs/read`, () => containers.listLogs(resourceGroup, name, CONTAINER, options), signal).catch(unlessGone);
      return log?.content ?? null;
    },
    /** Types into a shell of its own in the container. */
    async type(name: string, text: string): Promise<void> {
      const { webSocketUri, password } = await asked(writes, `${ACTION}/containers/exec/action`, () => containers.executeCommand(resourceGroup, name, CONTAINER, { command: '/bin/sh', terminalSize: { rows: 24, cols: 80 } }));
      await typed(webSocketUri ?? '', [password ?? '', text], TYPED_WITHIN_MS);
    },
    /** SIGKILL. What it printed last may be lost. One that has ended stays as it is. */
    async stop(name: string): Promise<void> {
      await asked(writes, `${ACTION}/stop/action`, () => containerGroups.stop(resourceGroup, name)).catch(unlessGone);
    },
    /** It is gone some time later. */
    async remove(name: string): Promise<void> {
      await asked(writes, `${ACTION}/delete`, () => containerGroups.beginDelete(resourceGroup, name)).catch(unlessGone);
    },
  };
}
