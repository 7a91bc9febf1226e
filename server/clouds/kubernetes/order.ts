/** What is asked of Kubernetes for one order: a Job, the file and the secret of its pods. Pure. */
import type { V1ConfigMap, V1Job, V1ObjectMeta, V1PodSpec, V1Secret } from '@kubernetes/client-node';
import type { FleetOrder } from '../cloud.ts';
import type { Settings } from './settings.ts';

export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'load-testing' };
export const RUN = 'load-testing/run-id';
export const INSTALLATION = 'load-testing/installation';
const DEADLINE = 'load-testing/deadline';
/** Of the Job controller's own, on its pods. */
export const INDEX = 'batch.kubernetes.io/job-completion-index';

export const CONTAINER = 'shard';
const TASK = '/load-test';
const WORK = '/load-test-work';

/** A Job that is over is removed by Kubernetes then, when nobody else did. */
const KEEP_SECONDS = 600;
/** Beyond the grace of its tool: to tell its last lines. */
const TELL_SECONDS = 5;
/** Of a shard's memory its tool may use so much; the rest is for who reads what it measures. */
const OF_TOOL = 0.8;

export interface Ordered {
  readonly order: FleetOrder;
  readonly settings: Settings;
  readonly installation: string;
  readonly stopGraceMs: number;
  /** Epoch ms. */
  readonly now: number;
}

export const nameOf = (runId: string): string => `load-test-${runId}`;

/** It makes no pods yet: what they are given does not exist before it does. */
export function jobOf(ordered: Ordered): V1Job {
  const { order: { runId, shards, deadlineAt }, now } = ordered;
  const labels = labelsOf(ordered);
  return {
    metadata: { name: nameOf(runId), labels, annotations: { [DEADLINE]: deadlineAt.toISOString() } },
    spec: {
      suspend: true,
      completionMode: 'Indexed',
      completions: shards,
      parallelism: shards,
      // None comes a second time, and the end of one does not end the others (as a backoffLimit of 0 would have it).
      backoffLimitPerIndex: 0,
      activeDeadlineSeconds: Math.max(1, Math.ceil((deadlineAt.getTime() - now) / 1000)),
      ttlSecondsAfterFinished: KEEP_SECONDS,
      template: {
        // A node that is to be saved, or packed better, can wait until the load is over.
        metadata: { labels, annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', 'karpenter.sh/do-not-disrupt': 'true' } },
        spec: podOf(ordered),
      },
    },
  };
}

function podOf({ order: { runId, image }, settings: env, stopGraceMs }: Ordered): V1PodSpec {
  const resources = { cpu: env.LOAD_TESTING_KUBERNETES_CPU.text, memory: env.LOAD_TESTING_KUBERNETES_MEMORY.text };
  const pullSecret = env.LOAD_TESTING_KUBERNETES_IMAGE_PULL_SECRET;
  const variables = {
    LOAD_TEST_TASK_FILE: `${TASK}/task`,
    LOAD_TEST_SHARD_FOLDER: WORK,
    LOAD_TESTING_STOP_GRACE_MS: String(stopGraceMs),
    LOAD_TESTING_MAX_MEMORY_MB: String(Math.floor((env.LOAD_TESTING_KUBERNETES_MEMORY.bytes * OF_TOOL) / 1e6)),
  };
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: Math.ceil(stopGraceMs / 1000) + TELL_SECONDS,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    serviceAccountName: env.LOAD_TESTING_KUBERNETES_SERVICE_ACCOUNT,
    imagePullSecrets: pullSecret === undefined ? [] : [{ name: pullSecret }],
    nodeSelector: env.LOAD_TESTING_KUBERNETES_NODE_SELECTOR,
    tolerations: [...env.LOAD_TESTING_KUBERNETES_TOLERATIONS],
    // Two on one node share its network.
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { [RUN]: runId } } }],
    containers: [{
      name: CONTAINER,
      image: image ?? '',
      resources: { requests: resources, limits: resources },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      env: Object.entries(variables).map(([name, value]) => ({ name, value })),
      envFrom: [{ secretRef: { name: nameOf(runId) } }],
      volumeMounts: [{ name: 'task', mountPath: TASK, readOnly: true }, { name: 'work', mountPath: WORK }],
      // What it said last stands in its status then, also when its log is gone.
      terminationMessagePolicy: 'FallbackToLogsOnError',
    }],
    volumes: [{ name: 'task', configMap: { name: nameOf(runId) } }, { name: 'work', emptyDir: {} }],
  };
}

/** They are the Job's: with it they go, and it is not gone before they are. */
export function givenOf(ordered: Ordered, job: V1Job): { readonly configMap: V1ConfigMap; readonly secret: V1Secret } {
  const { order: { runId, task, secrets } } = ordered;
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: nameOf(runId), uid: job.metadata?.uid ?? '', blockOwnerDeletion: true };
  const metadata: V1ObjectMeta = { name: nameOf(runId), labels: labelsOf(ordered), ownerReferences: [owner] };
  return {
    configMap: { metadata, immutable: true, data: { task } },
    secret: { metadata, immutable: true, stringData: { ...secrets } },
  };
}

function labelsOf({ order: { runId }, installation }: Ordered): Record<string, string> {
  return { ...MANAGED_BY, [RUN]: runId, [INSTALLATION]: installation };
}

export const ofRun = (runId: string): string => `${RUN}=${runId}`;
export const ofShard = (runId: string, shard: number): string => `${ofRun(runId)},${INDEX}=${shard}`;
export const ofInstallation = (installation: string): string => [...Object.entries(MANAGED_BY), [INSTALLATION, installation]].map(([key, value]) => `${key}=${value}`).join();
