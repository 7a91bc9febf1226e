/** What the shards of a fleet tell. Until a shard runs its pod is looked at; then its log is followed, whose end leads back to the pod. */
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { Fleet, FleetNews } from '../cloud.ts';
import { followLog, type OfPod } from './follow-log.ts';
import { AT_DEADLINE, type Look, lookAt } from './look.ts';
import { INDEX, ofRun, ofShard } from './order.ts';
import { Patience } from './patience.ts';
import { KubernetesProblem } from './problems.ts';

const LOOK_EVERY_MS = 500;
/** A list of many pods is long. */
const MORE_FOR_EACH_MS = 10;
/** What does not come by itself, as a rule, may still come for so long: another look of the kubelet, a registry that answers again. */
const HOPE_MS = 10_000;

type Tell = (news: FleetNews) => void;

/** Settles when all have ended, or with the signal. Throws a CloudProblem when nothing can be read any more. */
export async function followFleet(fleet: Fleet, tell: Tell, of: OfPod): Promise<void> {
  const broken = new AbortController();
  const within: OfPod = { ...of, signal: AbortSignal.any([of.signal, broken.signal]) };
  const followed: Promise<void>[] = [];
  const look = async (waiting: Map<number, Waiting>) => {
    const pods = await podsOf(fleet, within);
    for (const [shard, seen] of waiting) {
      const pod = pods.get(shard);
      const now = pod ? lookAt(pod) : null;
      if (now?.at === 'waiting') {
        if (!seen.isGivenUp(now)) continue;
        // What is told to have failed must not begin later.
        await removePods(ofShard(fleet.runId, shard), 1, within);
      } else if (pod) {
        followed.push(followPod(pod, { fleet, shard, tell, of: within }).catch((error: unknown) => broken.abort(error)));
      } else {
        tell({ shard, ...(await howItWent(fleet, within)) });
      }
      waiting.delete(shard);
    }
  };
  try {
    const patience = new Patience();
    const waiting = new Map(Array.from({ length: fleet.shards }, (_, shard) => [shard, new Waiting(shard, tell)]));
    while (waiting.size > 0) {
      try {
        await look(waiting);
        patience.worked();
      } catch (error) {
        patience.bear(error);
      }
      if (waiting.size > 0) await delay(LOOK_EVERY_MS + fleet.shards * MORE_FOR_EACH_MS, undefined, { signal: within.signal });
    }
    await Promise.all(followed);
    within.signal.throwIfAborted();
  } catch (error) {
    if (of.signal.aborted) return;
    throw broken.signal.aborted ? broken.signal.reason : error;
  } finally {
    broken.abort();
    await Promise.all(followed);
  }
}

/** A shard that is not there yet, and what was told of it. */
class Waiting {
  #told: string | null | undefined;
  #hopelessSince: number | null = null;
  readonly #shard: number;
  readonly #tell: Tell;

  constructor(shard: number, tell: Tell) {
    this.#shard = shard;
    this.#tell = tell;
  }

  isGivenUp({ reason, hopeless }: Extract<Look, { at: 'waiting' }>): boolean {
    this.#hopelessSince = hopeless ? (this.#hopelessSince ?? performance.now()) : null;
    const isOver = this.#hopelessSince !== null && performance.now() - this.#hopelessSince >= HOPE_MS;
    if (isOver || reason !== this.#told) this.#tell({ shard: this.#shard, state: isOver ? 'failed' : 'pending', reason });
    this.#told = reason;
    return isOver;
  }
}

interface OfShard {
  readonly fleet: Fleet;
  readonly shard: number;
  readonly tell: Tell;
  readonly of: OfPod;
}

/** Its end is told when all of its lines are: before that it might seem that it has never begun. */
async function followPod(pod: V1Pod, { fleet, shard, tell, of }: OfShard): Promise<void> {
  if (lookAt(pod).at === 'running') tell({ shard, state: 'running', reason: null });
  const last = await followLog(pod, (line) => tell({ shard, line }), of);
  const look = last === null ? null : lookAt(last);
  tell({ shard, ...(look?.at === 'over' && look.state !== 'stopped' ? { state: look.state, reason: look.reason } : await howItWent(fleet, of)) });
}

/** Why a pod was deleted. */
async function howItWent(fleet: Fleet, { api, namespace, signal }: OfPod): Promise<{ readonly state: 'stopped'; readonly reason: string }> {
  try {
    const { status } = await api.ask((options) => api.batch.readNamespacedJob({ name: fleet.ids[0] ?? '', namespace }, options), signal);
    const isLate = status?.conditions?.some(({ type, status: is, reason }) => (type === 'Failed' || type === 'FailureTarget') && is === 'True' && reason === 'DeadlineExceeded');
    return { state: 'stopped', reason: isLate ? AT_DEADLINE : 'Its pod was deleted.' };
  } catch (error) {
    if (error instanceof KubernetesProblem && error.code === 404) return { state: 'stopped', reason: 'Its Job was deleted.' };
    throw error;
  }
}

/** By the number of their shard. */
export async function podsOf({ runId }: Pick<Fleet, 'runId'>, { api, namespace, signal }: OfPod): Promise<ReadonlyMap<number, V1Pod>> {
  const { items } = await api.ask((options) => api.core.listNamespacedPod({ namespace, labelSelector: ofRun(runId) }, options), signal);
  return new Map(items.map((pod) => [Number(pod.metadata?.labels?.[INDEX]), pod]));
}

/** What has ended stays, with its log. */
const NOT_OVER = 'status.phase!=Succeeded,status.phase!=Failed';

/** SIGTERM, and SIGKILL after the grace. A Job of which no index may fail twice makes none of them anew. */
export async function removePods(labelSelector: string, graceSeconds: number, { api, namespace, signal }: OfPod): Promise<void> {
  // In the body: with one, Kubernetes does not look at the grace of the query.
  await api.ask((options) => api.core.deleteCollectionNamespacedPod({ namespace, labelSelector, fieldSelector: NOT_OVER, body: { gracePeriodSeconds: graceSeconds } }, options), signal);
}
