/** What is asked of Azure for an order: a container group for each shard. Pure. */
import type { ContainerGroup } from '@azure/arm-containerinstance';
import type { FleetOrder } from '../cloud.ts';
import type { Settings } from './settings.ts';

/** Name of the one container of a group. */
export const CONTAINER = 'shard';
/** ARM takes a body of 4 MB. What a volume of secrets holds is not said anywhere; those of Kubernetes hold 1 MiB, and it is base64 once more here. */
export const MOST_TASK_BYTES = 500_000;

const VOLUME = 'load-test';
const FOLDER = '/load-test';
const MANAGED_BY = 'load-testing';
/** Of the memory of a shard; beyond it the shard ends it with a sentence, and is not killed itself. */
const OF_TOOL = 0.8;
/** Where an image is whose name says no registry. */
const DOCKER_HUB = 'index.docker.io';

/** 63 characters at most; the run's id has 36. */
export const groupName = (runId: string, shard: number): string => `load-test-${runId}-${shard}`;

export interface Names {
  readonly installation: string;
  readonly stopGraceMs: number;
  /** A shard stays so long after its last line. */
  readonly stayMs: number;
}

export function groupOf(settings: Settings, order: FleetOrder, shard: number, { installation, stopGraceMs, stayMs }: Names): ContainerGroup {
  const { LOAD_TESTING_AZURE_CPU: cpu, LOAD_TESTING_AZURE_MEMORY: memoryInGB, LOAD_TESTING_AZURE_SUBNET: subnet, LOAD_TESTING_AZURE_REGISTRY_IDENTITY: identity } = settings;
  const image = order.image ?? '';
  return {
    location: order.region ?? settings.LOAD_TESTING_AZURE_REGIONS[0] ?? '',
    tags: { 'managed-by': MANAGED_BY, 'load-test-run': order.runId, 'load-test-installation': installation, 'load-test-deadline': order.deadlineAt.toISOString() },
    osType: 'Linux',
    sku: 'Standard',
    // A shard that began a second time would make its load twice.
    restartPolicy: 'Never',
    containers: [
      {
        name: CONTAINER,
        image,
        resources: { requests: { cpu, memoryInGB } },
        environmentVariables: [
          { name: 'LOAD_TEST_SHARD_INDEX', value: String(shard) },
          { name: 'LOAD_TEST_TASK_FILE', value: `${FOLDER}/task` },
          { name: 'LOAD_TEST_STAY_MS', value: String(stayMs) },
          { name: 'LOAD_TESTING_STOP_GRACE_MS', value: String(stopGraceMs) },
          { name: 'LOAD_TESTING_MAX_MEMORY_MB', value: String(Math.floor(memoryInGB * OF_TOOL * 1000)) },
          // Never shown again, to nobody.
          ...Object.entries(order.secrets).map(([name, secureValue]) => ({ name, secureValue })),
        ],
        volumeMounts: [{ name: VOLUME, mountPath: FOLDER, readOnly: true }],
      },
    ],
    volumes: [{ name: VOLUME, secret: { task: Buffer.from(order.task, 'ascii').toString('base64') } }],
    ...(subnet === undefined ? {} : { subnetIds: [{ id: subnet }] }),
    ...(identity === undefined ? {} : { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } }, imageRegistryCredentials: [{ server: registryOf(image), identity }] }),
  };
}

/** null: it is of no run of this installation. */
export function runOf({ tags = {} }: ContainerGroup, installation: string): string | null {
  const { 'managed-by': by, 'load-test-installation': whose, 'load-test-run': runId } = tags;
  return by === MANAGED_BY && whose === installation && runId ? runId : null;
}

function registryOf(image: string): string {
  const [host = '', rest] = image.split(/\/(.*)/s);
  return rest !== undefined && /[.:]/.test(host) ? host : DOCKER_HUB;
}
