/** Shards as the pods of an Indexed Job, on any Kubernetes that this server has access to: that of a cloud, or one's own. */
import type { Cloud } from '../cloud.ts';
import { openKubernetes } from './fleets.ts';
import { type Settings, settings } from './settings.ts';

export { RULES } from './health.ts';

/** A ConfigMap holds 1 MiB, with its names. */
const TASK_BYTES = 1_000_000;
/** Each is followed by a connection of its own. */
const SHARDS = 200;

/** The price is a setting of this server, read when it started. */
const SET_AT = new Date();

export const kubernetes: Cloud<Settings> = {
  key: 'kubernetes',
  name: 'Kubernetes',
  engine: 'Indexed Jobs',
  settings,
  unconfigured({ LOAD_TESTING_KUBERNETES_NAMESPACE: namespace, LOAD_TESTING_KUBERNETES_IMAGE: [image] }) {
    if (namespace === undefined) return 'Kubernetes is not set up: LOAD_TESTING_KUBERNETES_NAMESPACE is the namespace in which its Jobs are made.';
    return image === undefined ? 'Kubernetes is not set up: LOAD_TESTING_KUBERNETES_IMAGE is the container image of a shard.' : null;
  },
  regions: () => [],
  images: (env) => env.LOAD_TESTING_KUBERNETES_IMAGE,
  size: ({ LOAD_TESTING_KUBERNETES_CPU: cpu, LOAD_TESTING_KUBERNETES_MEMORY: memory }) => `${cpu.text} CPU, ${memory.text}`,
  most: { shards: SHARDS, taskBytes: TASK_BYTES },
  leadMs: (env) => env.LOAD_TESTING_KUBERNETES_LEAD_MS,
  lagMs: 1000,
  estimate({ LOAD_TESTING_KUBERNETES_CPU: { text, cores }, LOAD_TESTING_KUBERNETES_CPU_HOUR_PRICE: price }, { shards, seconds }) {
    const amount = (shards * cores * price * seconds) / 3600;
    const basis = price === 0
      ? 'The nodes of a cluster are paid for whether shards run on them or not, so nothing is counted; nodes that are added for the run, and traffic that leaves the cluster, are not in it. LOAD_TESTING_KUBERNETES_CPU_HOUR_PRICE sets a price.'
      : `${shards} shards of ${text} CPU, at ${price} USD for one core and hour as this server is set up; traffic that leaves the cluster is not in it.`;
    return { amount, currency: 'USD', basis, pricesAsOf: SET_AT };
  },
  uncarried: () => [],
  open: openKubernetes,
};
