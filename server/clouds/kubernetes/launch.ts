/** All pods of an order, or none. Each step bears a second time, so an order that was begun is brought to its end and not made twice. */
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Job } from '@kubernetes/client-node';
import { CloudProblem } from '../cloud.ts';
import type { OfPod } from './follow-log.ts';
import { podsOf } from './follow.ts';
import { sentence } from './look.ts';
import { givenOf, INSTALLATION, jobOf, nameOf, type Ordered } from './order.ts';
import { KubernetesProblem } from './problems.ts';

const LOOK_EVERY_MS = 150;
/** The Job controller makes hundreds in a few seconds. */
const MADE_WITHIN_MS = 30_000;

/** What has the name of our Job is none of ours. */
export class ForeignJob extends CloudProblem {}

/** Throws a CloudProblem; what it made until then is still there. */
export async function launchJob(ordered: Ordered, of: OfPod): Promise<void> {
  const { api, namespace, signal } = of;
  const job = await made(ordered, of);
  const { configMap, secret } = givenOf(ordered, job);
  await unlessThere(api.ask((options) => api.core.createNamespacedConfigMap({ namespace, body: configMap }, options), signal));
  await unlessThere(api.ask((options) => api.core.createNamespacedSecret({ namespace, body: secret }, options), signal));
  await api.ask((options) => api.batch.patchNamespacedJob({ name: nameOf(ordered.order.runId), namespace, body: { spec: { suspend: false } } }, api.merging(options)), signal);
  await allMade(ordered, of);
}

/** The Job of this order: a new one, or the one that it has. */
async function made(ordered: Ordered, { api, namespace, signal }: OfPod): Promise<V1Job> {
  const name = nameOf(ordered.order.runId);
  const body = jobOf(ordered);
  const created = await unlessThere(api.ask((options) => api.batch.createNamespacedJob({ namespace, body }, options), signal));
  const job = created ?? (await api.ask((options) => api.batch.readNamespacedJob({ name, namespace }, options), signal));
  if (job.metadata?.labels?.[INSTALLATION] !== ordered.installation) throw new ForeignJob(`The namespace has a Job ${name} that another installation made.`);
  if (job.metadata.deletionTimestamp) throw new CloudProblem(`The Job ${name} is being deleted.`);
  // An older one forgets what it does not know, and would start shards again that have failed.
  if (job.spec?.backoffLimitPerIndex !== 0) throw new CloudProblem('This Kubernetes is too old: version 1.29 or later is needed, where a failed index of a Job is not started again.');
  return job;
}

/** What the namespace does not allow is refused pod by pod, and told in an event of the Job only. */
async function allMade({ order: { runId, shards } }: Ordered, of: OfPod): Promise<void> {
  const until = performance.now() + MADE_WITHIN_MS;
  for (;;) {
    const { size } = await podsOf({ runId }, of);
    if (size >= shards) return;
    const refusal = await whyRefused(runId, of);
    if (refusal !== null) throw new CloudProblem(sentence(`Kubernetes makes ${size} of ${shards} pods, and no more`, refusal));
    if (performance.now() > until) throw new CloudProblem(`Kubernetes has made ${size} of ${shards} pods in ${MADE_WITHIN_MS / 1000} s, and does not say why.`);
    await delay(LOOK_EVERY_MS, undefined, { signal: of.signal });
  }
}

async function whyRefused(runId: string, { api, namespace, signal }: OfPod): Promise<string | null> {
  const fieldSelector = `involvedObject.kind=Job,involvedObject.name=${nameOf(runId)},reason=FailedCreate`;
  const { items } = await api.ask((options) => api.core.listNamespacedEvent({ namespace, fieldSelector }, options), signal);
  return items.at(-1)?.message ?? null;
}

async function unlessThere<T>(made: Promise<T>): Promise<T | null> {
  try {
    return await made;
  } catch (error) {
    if (error instanceof KubernetesProblem && error.code === 409) return null;
    throw error;
  }
}
