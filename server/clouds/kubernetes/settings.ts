/** What the operator sets for Kubernetes. Who this server is there comes from its kubeconfig or its pod, and never from here. */
import { z } from 'zod';
import { leadMs, list } from '../settings.ts';

const NAME = 'must be a name as Kubernetes has them: small letters, digits and -';
const name = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, NAME);
const CPU = 'must be cores as Kubernetes writes them: 1, 0.5 or 500m';
const MEMORY = 'must be memory as Kubernetes writes it: 2Gi or 1500M';
const PRICE = 'must be an amount in USD for one core and hour: 0.04';
const SELECTOR = 'must be labels of nodes: pool=load,disk=ssd';
const TOLERATIONS = 'must be taints of nodes, as kubectl writes them: pool=load:NoSchedule,spot:NoExecute';

const SCALES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** As text for Kubernetes, and as the number that it means. */
const cpu = z.string().regex(/^(\d+(\.\d+)?|\d+m)$/, CPU).transform((text) => ({ text, cores: text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text) })).refine(({ cores }) => cores > 0, CPU);
const memory = z.string().regex(/^\d+(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$/, MEMORY).transform((text) => {
  const [, amount, unit = ''] = /^([\d.]+)(\D*)$/.exec(text) ?? [];
  return { text, bytes: Number(amount) * (SCALES[unit] ?? 1) };
}).refine(({ bytes }) => bytes >= 2 ** 28, 'must be 256Mi or more: a tool and its interpreter need so much');

export const settings = z.object({
  /** It is set up when there is one. */
  LOAD_TESTING_KUBERNETES_NAMESPACE: name.optional(),
  /** Of the kubeconfig. Default: its current one; without a kubeconfig, the cluster that this server runs in. */
  LOAD_TESTING_KUBERNETES_CONTEXT: z.string().optional(),
  LOAD_TESTING_KUBERNETES_IMAGE: list.prefault(''),
  LOAD_TESTING_KUBERNETES_IMAGE_PULL_SECRET: name.optional(),
  /** That the pods of shards run as; each namespace has a default one. They are given no token of it. */
  LOAD_TESTING_KUBERNETES_SERVICE_ACCOUNT: name.default('default'),
  /** Of each shard: reserved, and the most that it gets. */
  LOAD_TESTING_KUBERNETES_CPU: cpu.prefault('1'),
  LOAD_TESTING_KUBERNETES_MEMORY: memory.prefault('2Gi'),
  LOAD_TESTING_KUBERNETES_NODE_SELECTOR: pairs(/^([^=:,\s]+)=([^=:,\s]*)$/, SELECTOR, ([, key = '', value = '']) => [key, value] as const).transform((entries) => Object.fromEntries(entries)),
  LOAD_TESTING_KUBERNETES_TOLERATIONS: pairs(/^([^=:,\s]+)(=([^=:,\s]*))?(:(NoSchedule|PreferNoSchedule|NoExecute))?$/, TOLERATIONS, ([, key = '', , value, , effect]) => ({
    key,
    ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
    ...(effect === undefined ? {} : { effect }),
  })),
  LOAD_TESTING_KUBERNETES_CPU_HOUR_PRICE: z.coerce.number(PRICE).min(0, PRICE).default(0),
  /** Pods of an image that nodes have start in seconds; pulling it takes as long as it is large. */
  LOAD_TESTING_KUBERNETES_LEAD_MS: leadMs.default(30_000),
});

export type Settings = z.infer<typeof settings>;

function pairs<T>(shape: RegExp, problem: string, read: (parts: RegExpExecArray) => T) {
  return list.prefault('').transform((items, { issues, value }): readonly T[] => {
    const parts = items.map((item) => shape.exec(item));
    if (parts.every((part) => part !== null)) return parts.map(read);
    issues.push({ code: 'custom', input: value, message: problem });
    return z.NEVER;
  });
}
