/** The bed of the contract suite: a real Kubernetes whose node runs the entry of a shard as a process, asked with the least rights, in a namespace where only restricted pods may run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CoreV1Api, BatchV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { kubernetes } from '../../../server/clouds/kubernetes/index.ts';
import { INDEX, ofRun, RUN } from '../../../server/clouds/kubernetes/order.ts';
import { searchPath } from '../../helpers/places.ts';
import { until } from '../../helpers/until.ts';
import type { Bed, BedOptions } from '../bed.ts';
import { limitedAccess } from './access.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type ProcessNode, startNode } from './node.ts';

export const IMAGE = 'example.test/shard:1';
const ENTRY = path.resolve(import.meta.dirname, '../../../plugin/shard.ts');
/** Of a thousand Kubernetes writes "1k". */
const UNLIMITED = 999;
const merging = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/** The image of a shard, for a node of processes. */
export const imageOf = (locust: string) => ({ entrypoint: [process.execPath, ENTRY], env: { PATH: searchPath, LOCUST_PATH: locust, LOAD_TESTING_SANDBOX: 'off' } });

/** A namespace for shards, and who may use it. @returns its name, and the path of a kubeconfig; `folder` holds it */
export async function shardNamespace(cluster: Cluster, folder: string): Promise<{ readonly namespace: string; readonly kubeconfig: string }> {
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  const namespace = await cluster.namespace();
  await config.makeApiClient(CoreV1Api).patchNamespace({ name: namespace, body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } } }, merging);
  const kubeconfig = path.join(folder, `kubeconfig-${namespace}`);
  await writeFile(kubeconfig, await limitedAccess(cluster, namespace), { mode: 0o600 });
  return { namespace, kubeconfig };
}

export async function openBed({ locust }: BedOptions): Promise<Bed> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const cluster = opened.use(await startCluster());
  const node: ProcessNode = opened.use(await startNode(cluster, { images: { [IMAGE]: imageOf(locust) } }));
  const { namespace, kubeconfig } = await shardNamespace(cluster, folder);
  const before = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = kubeconfig;
  opened.defer(() => {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
  });

  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  const [core, batch] = [config.makeApiClient(CoreV1Api), config.makeApiClient(BatchV1Api)];
  const quota = { name: 'room', namespace };
  const giveRoom = async (pods: number) => {
    const hard = { pods: String(Math.min(pods, UNLIMITED)) };
    await core.patchNamespacedResourceQuota({ ...quota, body: { spec: { hard } } }, merging);
    await until('the quota holds', async () => (await core.readNamespacedResourceQuota(quota)).status?.hard?.['pods'] === hard.pods);
  };
  await core.createNamespacedResourceQuota({ namespace, body: { metadata: { name: quota.name }, spec: { hard: { pods: String(UNLIMITED) } } } });
  await giveRoom(UNLIMITED);

  const living = (runId: string) => node.living().filter(({ metadata }) => metadata?.labels?.[RUN] === runId);
  const indexOf = ({ metadata }: { metadata?: { labels?: Record<string, string> } }) => Number(metadata?.labels?.[INDEX]);
  const all = async (runId: string) => {
    const of = { namespace, labelSelector: ofRun(runId) };
    const kinds = { job: batch.listNamespacedJob(of), pod: core.listNamespacedPod(of), configmap: core.listNamespacedConfigMap(of), secret: core.listNamespacedSecret(of) };
    return (await Promise.all(Object.entries(kinds).map(async ([kind, list]) => (await list).items.map((item) => ({ kind, item }))))).flat();
  };
  const closing = opened.move();
  return {
    cloud: kubernetes as Bed['cloud'],
    settings: { LOAD_TESTING_KUBERNETES_NAMESPACE: namespace, LOAD_TESTING_KUBERNETES_IMAGE: IMAGE, LOAD_TESTING_KUBERNETES_CPU: '100m', LOAD_TESTING_KUBERNETES_MEMORY: '512Mi', LOAD_TESTING_KUBERNETES_LEAD_MS: '6000' },
    living: async (runId) => living(runId).map(indexOf),
    left: async (runId) => (await all(runId)).map(({ kind, item }) => `${kind} ${item.metadata?.name}`),
    async kill(runId, shard) {
      const pod = living(runId).find((one) => indexOf(one) === shard);
      node.kill(pod?.metadata?.name ?? '', 'OOMKilled');
    },
    async cut() {
      if (node.cutLogs() === 0) throw new Error('no log was followed');
    },
    full: giveRoom,
    async shown(runId) {
      const things = (await all(runId)).filter(({ kind }) => kind !== 'secret');
      const logs = await Promise.all(living(runId).map(({ metadata }) => core.readNamespacedPodLog({ name: metadata?.name ?? '', namespace })));
      return [JSON.stringify(things), JSON.stringify((await core.listNamespacedEvent({ namespace })).items), ...logs].join('\n');
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
