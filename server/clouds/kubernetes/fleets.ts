/** The fleets of one namespace: a Job each, which owns all that it needs. What is deleted with it is all there is. */
import { setTimeout as delay } from 'node:timers/promises';
import { CloudProblem, type CloudHost, type Fleet, type Fleets } from '../cloud.ts';
import { unless } from '../problem.ts';
import { sweepDead } from '../sweep.ts';
import { openApi } from './api.ts';
import { followFleet } from './follow.ts';
import { storedLog } from './follow-log.ts';
import { healthOf } from './health.ts';
import { ForeignJob, launchJob } from './launch.ts';
import { nameOf, ofInstallation, ofRun, RUN } from './order.ts';
import { endPods, podsOf } from './pods.ts';
import type { Settings } from './settings.ts';

/** An API server that answers is enough for it. */
const STOP_WITHIN_MS = 20_000;
/** Of pods that do not end when they are told to, only a node can be in the way that is lost. */
const REMOVE_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 200;

export async function openKubernetes(settings: Settings, { installation, stopGraceMs, log }: CloudHost): Promise<Fleets> {
  const access = await openApi(settings);
  const closed = new AbortController();
  const until = (signal: AbortSignal) => AbortSignal.any([closed.signal, signal]);

  async function remove({ runId }: Pick<Fleet, 'runId'>): Promise<void> {
    const api = access(until(AbortSignal.timeout(REMOVE_WITHIN_MS)));
    const job = { name: nameOf(runId), namespace: api.namespace };
    try {
      // First the Job, or it would make them anew; in the foreground: it is gone when all of it is.
      await api.batch.deleteNamespacedJob({ ...job, propagationPolicy: 'Foreground' }).catch(unless('404'));
      await endPods(ofRun(runId), 1, api);
      while (await api.batch.readNamespacedJob(job).catch(unless('404'))) await delay(LOOK_EVERY_MS, undefined, { signal: api.signal });
    } catch (error) {
      if (api.signal.aborted) throw new CloudProblem(`The Job ${job.name} is not gone yet. Kubernetes was told to delete it, with its pods.`);
      throw error;
    }
  }

  return {
    health: (signal) => healthOf(access(until(signal))),
    async launch(order, signal) {
      const { runId, shards } = order;
      try {
        await launchJob({ order, settings, installation, stopGraceMs, now: Date.now() }, access(until(signal)));
      } catch (error) {
        // One that is not gone yet makes no pods any more, and the next sweep finds it.
        if (!(error instanceof ForeignJob)) await remove({ runId }).catch((left: unknown) => log.warn({ err: left, runId }, 'what was made for a run that could not be launched is not removed yet'));
        throw error;
      }
      return { runId, shards, region: null, ids: [nameOf(runId)] };
    },
    follow: (fleet, tell, signal) => followFleet(fleet, tell, access, until(signal)),
    stop: ({ runId }, graceMs) => endPods(ofRun(runId), Math.max(1, Math.ceil(graceMs / 1000)), access(until(AbortSignal.timeout(STOP_WITHIN_MS)))),
    async *stored({ runId }, shard, signal) {
      const api = access(until(signal));
      const pod = (await podsOf(runId, api)).get(shard);
      if (pod) yield* storedLog(pod, api);
    },
    remove,
    async sweep(isLive, signal) {
      const { batch, namespace } = access(until(signal));
      const { items } = await batch.listNamespacedJob({ namespace, labelSelector: ofInstallation(installation) });
      const found = items.flatMap(({ metadata }) => metadata?.labels?.[RUN] ?? []).map((runId) => ({ runId }));
      return sweepDead({ found, isLive, remove, log });
    },
    async close() {
      closed.abort();
    },
  };
}
