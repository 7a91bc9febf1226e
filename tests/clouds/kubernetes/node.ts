/**
 * A node whose containers are processes of this machine, and the scheduler that puts pods on it. It does what a kubelet does
 * with the first container of a pod that is never restarted: volumes, variables, statuses, logs, signals, deletion. It has no
 * init containers, no probes, no limits and no images: what an image would start is told by `images`.
 */
import { ApiException, CoreV1Api, KubeConfig, makeInformer, PatchStrategy, setHeaderOptions, type V1Node, type V1Pod, type V1PodStatus } from '@kubernetes/client-node';
import type { Cluster } from './cluster.ts';
import { serveLogs } from './log-server.ts';
import { type Image, type RunningPod, runPod } from './pod.ts';
import { type Death, type Fate, unschedulable } from './status.ts';

export interface NodeOptions {
  /** What keeps a new pod from running; null, and by default: nothing. */
  readonly fate?: (pod: V1Pod) => Fate | null;
  /** By the image's name: what runs in a container that names no command. */
  readonly images?: Readonly<Record<string, Image>>;
}

export interface ProcessNode extends AsyncDisposable {
  /** Pods whose processes live now. */
  living(): readonly V1Pod[];
  /** Ends it as nobody has asked for. */
  kill(pod: string, death: Death): void;
  /** Breaks every log stream that is open now; what was printed stays. @returns how many there were */
  cutLogs(): number;
}

const NAME = 'node-1';
const patch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const AGAIN_MS = 200;

export async function startNode(cluster: Cluster, { fate = () => null, images = {} }: NodeOptions = {}): Promise<ProcessNode> {
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const pods = new Map<string, RunningPod>();
  const failures: unknown[] = [];
  const fails = (error: unknown) => void failures.push(error);
  const fates = new Map<string, Fate | null>();
  const byName = (name: string, namespace?: string) => [...pods.values()].find(({ pod: { metadata } }) => metadata?.name === name && (namespace === undefined || metadata.namespace === namespace));

  const logs = await serveLogs(cluster.tls, (namespace, name, container) => byName(name, namespace)?.log() ?? `container "${container}" in pod "${name}" is waiting to start: ContainerCreating`);
  await core.createNode({ body: { metadata: { name: NAME } } });
  await core.patchNodeStatus({ name: NAME, body: { status: statusOf(logs.port) } }, patch);

  const schedule = async (pod: V1Pod) => {
    const { of, uid } = idOf(pod);
    if (fates.has(uid)) return;
    const hinders = fate(pod);
    fates.set(uid, hinders);
    if (hinders?.never === 'scheduled') await report(pod, unschedulable(hinders.message));
    else await core.createNamespacedPodBinding({ ...of, body: { metadata: { name: of.name }, target: { apiVersion: 'v1', kind: 'Node', name: NAME } } }).catch(unlessGone);
  };

  const report = async (pod: V1Pod, status: V1PodStatus) => void (await core.patchNamespacedPodStatus({ ...idOf(pod).of, body: { metadata: { uid: pod.metadata?.uid }, status } }, patch).catch(unlessGone));

  const finish = async (pod: V1Pod) => void (await core.deleteNamespacedPod({ ...idOf(pod).of, body: { gracePeriodSeconds: 0, preconditions: { uid: idOf(pod).uid } } }).catch(unlessGone));

  const look = async (pod: V1Pod) => {
    const { uid } = idOf(pod);
    const isGoing = pod.metadata?.deletionTimestamp !== undefined;
    if (!pod.spec?.nodeName) return isGoing ? undefined : schedule(pod);
    const isOver = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (!pods.has(uid) && !isGoing && !isOver) {
      const image = images[pod.spec.containers[0]?.image ?? ''] ?? { entrypoint: [] };
      const running = runPod(pod, { core, fate: fates.get(uid) ?? null, image, report: (status) => report(pod, status) });
      pods.set(uid, running);
      running.over.catch(fails);
    }
    if (!isGoing) return;
    const running = pods.get(uid);
    running?.stop(pod.metadata?.deletionGracePeriodSeconds ?? 0);
    await running?.over;
    await finish(pod);
  };

  const informer = makeInformer<V1Pod>(config, '/api/v1/pods', () => core.listPodForAllNamespaces());
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const changed = (pod: V1Pod) => void look(pod).catch(fails);
  informer.on('add', changed);
  informer.on('update', changed);
  informer.on('delete', (pod) => {
    const running = pods.get(idOf(pod).uid);
    running?.kill(null); // by force: nobody waits for it any more
    void running?.over.catch(() => {}).then(() => pods.delete(idOf(pod).uid));
  });
  informer.on('error', () => { if (!isClosed) timer = setTimeout(() => void informer.start(), AGAIN_MS); });
  await informer.start();

  return {
    living: () => [...pods.values()].filter((running) => running.lives()).map(({ pod }) => pod),
    kill(name, death) {
      const running = byName(name);
      if (!running) throw new Error(`no pod ${name} runs here`);
      running.kill(death);
    },
    cutLogs: () => logs.cut(),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(timer);
      await informer.stop();
      for (const running of pods.values()) running.kill(null);
      await Promise.allSettled([...pods.values()].map(({ over }) => over));
      await logs[Symbol.asyncDispose]();
      if (failures.length > 0) throw new AggregateError(failures, 'the node could not do what it should');
    },
  };
}

/** It was deleted, or is bound or another by now: whoever watches will see it. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ApiException && (error.code === 404 || error.code === 409))) throw error;
}

function idOf({ metadata }: V1Pod): { readonly uid: string; readonly of: { readonly name: string; readonly namespace: string } } {
  return { uid: metadata?.uid ?? '', of: { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' } };
}

function statusOf(port: number): V1Node['status'] {
  const now = new Date();
  return {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'it runs processes', lastHeartbeatTime: now, lastTransitionTime: now }],
  };
}
