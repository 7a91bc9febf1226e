/** The pods of a run: found by their labels, and ended. */
import type { V1Pod } from '@kubernetes/client-node';
import type { Api } from './api.ts';
import { INDEX, ofRun } from './order.ts';

/** By the number of their shard. */
export async function podsOf(runId: string, { core, namespace }: Api): Promise<ReadonlyMap<number, V1Pod>> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: ofRun(runId) });
  return new Map(items.map((pod) => [Number(pod.metadata?.labels?.[INDEX]), pod]));
}

/** What has ended stays, with its log. */
const NOT_OVER = 'status.phase!=Succeeded,status.phase!=Failed';

/** SIGTERM, and SIGKILL after the grace. A Job of which no index may fail twice makes none of them anew. */
export async function endPods(labelSelector: string, graceSeconds: number, { core, namespace }: Api): Promise<void> {
  // In the body: with one, Kubernetes does not look at the grace of the query.
  await core.deleteCollectionNamespacedPod({ namespace, labelSelector, fieldSelector: NOT_OVER, body: { gracePeriodSeconds: graceSeconds } });
}
