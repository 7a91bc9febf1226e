/** The fleets of one namespace: a Job each, which owns all that it needs. What is deleted with it is all there is. */
import { setTimeout as delay } from 'node:timers/promises';
import { CloudProblem, type CloudHost, type Fleet, type Fleets } from '../cloud.ts';
import { sweepDead } from '../sweep.ts';
import { openApi } from './api.ts';
import { type OfPod, storedLog } from './follow-log.ts';
import { followFleet, podsOf, removePods } from './follow.ts';
import { healthOf } from './health.ts';
import { ForeignJob, launchJob } from './launch.ts';
import { nameOf, ofInstallation, ofRun, RUN } from './order.ts';
import { KubernetesProblem } from './problems.ts';
import type { Settings } from './settings.ts';

/** An API server that answers is enough for it. */
const STOP_WITHIN_MS = 20_000;
/** Of pods that do not end when they are told to, only a node can be in the way that is lost. */
const REMOVE_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 200;

export async function openKubernetes(settings: Settings, { installation, stopGraceMs, log }: CloudHost): Promise<Fleets> {
  const api = await openApi(settings);
  const namespace = settings.LOAD_TESTING_KUBERNETES_NAMESPACE ?? '';
  const closed = new AbortController();
  const until = (...signals: AbortSignal[]): OfPod => ({ api, namespace, signal: AbortSignal.any([closed.signal, ...signals]) });

  async function remove({ runId }: Pick<Fleet, 'runId'>): Promise<void> {
    const name = nameOf(runId);
    const of = until(AbortSignal.timeout(REMOVE_WITHIN_MS));
    try {
      // First the Job, or it would make them anew; in the foreground: it is gone when all of it is.
      await api.ask((options) => api.batch.deleteNamespacedJob({ name, namespace, body: { propagationPolicy: 'Foreground' } }, options), of.signal);
      await removePods(ofRun(runId), 1, of);
      for (;;) {
        await api.ask((options) => api.batch.readNamespacedJob({ name, namespace }, options), of.signal);
        await delay(LOOK_EVERY_MS, undefined, { signal: of.signal });
      }
    } catch (error) {
      if (error instanceof KubernetesProblem && error.code === 404) return;
      if (of.signal.aborted) throw new CloudProblem(`The Job ${name} is not gone yet. Kubernetes was told to delete it, with its pods.`);
      throw error;
    }
  }

  return {
    health: (signal) => healthOf(until(signal)),
    async launch(order, signal) {
      const { runId, shards } = order;
      try {
        await launchJob({ order, settings, installation, stopGraceMs, now: Date.now() }, until(signal));
      } catch (error) {
        // One that is not gone yet makes no pods any more, and the next sweep finds it.
        if (!(error instanceof ForeignJob)) await remove({ runId }).catch((left: unknown) => log.warn({ err: left, runId }, 'what was made for a run that could not be launched is not removed yet'));
        throw error;
      }
      return { runId, shards, region: null, ids: [nameOf(runId)] };
    },
    follow: (fleet, tell, signal) => followFleet(fleet, tell, until(signal)),
    stop: ({ runId }, graceMs) => removePods(ofRun(runId), Math.max(1, Math.ceil(graceMs / 1000)), until(AbortSignal.timeout(STOP_WITHIN_MS))),
    async *stored(fleet, shard, signal) {
      const of = until(signal);
      const pod = (await podsOf(fleet, of)).get(shard);
      if (pod) yield* storedLog(pod.metadata?.name ?? '', of);
    },
    remove,
    async sweep(isLive, signal) {
      const { items } = await api.ask((options) => api.batch.listNamespacedJob({ namespace, labelSelector: ofInstallation(installation) }, options), until(signal).signal);
      const found = items.flatMap(({ metadata }) => metadata?.labels?.[RUN] ?? []).map((runId) => ({ runId }));
      return sweepDead({ found, isLive, remove, log });
    },
    async close() {
      closed.abort();
    },
  };
}
