/** All pods of an order, or none. Each step bears a second time, so an order that was begun is brought to its end and not made twice. */
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Job } from '@kubernetes/client-node';
import { CloudProblem } from '../cloud.ts';
import { unless } from '../problem.ts';
import type { Api } from './api.ts';
import { givenOf, INSTALLATION, jobOf, nameOf, type Ordered } from './order.ts';
import { podsOf } from './pods.ts';
import { sentence } from './problems.ts';

const LOOK_EVERY_MS = 150;
/** The Job controller makes hundreds in a few seconds. */
const MADE_WITHIN_MS = 30_000;
/** It is there already. */
const CONFLICT = '409';

/** What has the name of our Job is none of ours. */
export class ForeignJob extends CloudProblem {}

/** Throws a CloudProblem; what it made until then is still there. */
export async function launchJob(ordered: Ordered, api: Api): Promise<void> {
  const { core, batch, namespace } = api;
  const name = nameOf(ordered.order.runId);
  const made = await batch.createNamespacedJob({ namespace, body: jobOf(ordered) }).catch(unless(CONFLICT));
  const job = made ?? (await batch.readNamespacedJob({ name, namespace }));
  mustFit(job, name, ordered.installation);
  const { configMap, secret } = givenOf(ordered, job);
  await core.createNamespacedConfigMap({ namespace, body: configMap }).catch(unless(CONFLICT));
  await core.createNamespacedSecret({ namespace, body: secret }).catch(unless(CONFLICT));
  await batch.patchNamespacedJob({ name, namespace, body: [{ op: 'replace', path: '/spec/suspend', value: false }] });
  await allMade(ordered, api);
}

function mustFit({ metadata, spec }: V1Job, name: string, installation: string): void {
  if (metadata?.labels?.[INSTALLATION] !== installation) throw new ForeignJob(`The namespace has a Job ${name} that another installation made.`);
  if (metadata.deletionTimestamp) throw new CloudProblem(`The Job ${name} is being deleted.`);
  // An older one forgets what it does not know, and would start shards again that have failed.
  if (spec?.backoffLimitPerIndex !== 0) throw new CloudProblem('This Kubernetes is too old: version 1.29 or later is needed, where a failed index of a Job is not started again.');
}

/** What the namespace does not allow is refused pod by pod, and told in an event of the Job only. */
async function allMade({ order: { runId, shards } }: Ordered, api: Api): Promise<void> {
  const until = performance.now() + MADE_WITHIN_MS;
  for (;;) {
    const { size } = await podsOf(runId, api);
    if (size >= shards) return;
    const refusal = await whyRefused(runId, api);
    if (refusal !== undefined) throw new CloudProblem(sentence(`Kubernetes makes ${size} of ${shards} pods, and no more`, refusal));
    if (performance.now() > until) throw new CloudProblem(`Kubernetes has made ${size} of ${shards} pods in ${MADE_WITHIN_MS / 1000} s, and does not say why.`);
    await delay(LOOK_EVERY_MS, undefined, { signal: api.signal });
  }
}

async function whyRefused(runId: string, { core, namespace }: Api): Promise<string | undefined> {
  const fieldSelector = `involvedObject.kind=Job,involvedObject.name=${nameOf(runId)},reason=FailedCreate`;
  const { items } = await core.listNamespacedEvent({ namespace, fieldSelector });
  return items.at(-1)?.message;
}
