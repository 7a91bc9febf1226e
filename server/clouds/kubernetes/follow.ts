/** What the shards of a fleet tell. Until a shard runs its pod is looked at; then its log is followed, whose end leads back to the pod. */
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { Fleet, FleetNews, Seen } from '../cloud.ts';
import { unless } from '../problem.ts';
import { type Access, type Api, PATIENTLY } from './api.ts';
import { followLog } from './follow-log.ts';
import { lookAt } from './look.ts';
import { nameOf, ofShard } from './order.ts';
import { endPods, podsOf } from './pods.ts';

const LOOK_EVERY_MS = 500;
/** A list of many pods is long. */
const MORE_FOR_EACH_MS = 10;
/** What does not come by itself, as a rule, may still come for so long: another look of the kubelet, a registry that answers again. */
const HOPE_MS = 10_000;

type Tell = (news: FleetNews) => void;

interface Following {
  readonly fleet: Fleet;
  readonly tell: Tell;
  readonly api: Api;
  /** At all pods: shards that wait do so together. */
  readonly look: () => Promise<ReadonlyMap<number, V1Pod>>;
}

/** Settles when all have ended, or with the signal. Throws a CloudProblem when nothing can be read any more. */
export async function followFleet(fleet: Fleet, tell: Tell, access: Access, signal: AbortSignal): Promise<void> {
  const broken = new AbortController();
  const api = access(AbortSignal.any([signal, broken.signal]), PATIENTLY);
  let looking: ReturnType<Following['look']> | null = null;
  const look = () => {
    looking ??= podsOf(fleet.runId, api).finally(() => {
      looking = null;
    });
    return looking;
  };
  const shards = Array.from({ length: fleet.shards }, async (_, shard) => {
    try {
      tell({ shard, ...(await followShard(shard, { fleet, tell, api, look })) });
    } catch (error) {
      broken.abort(error);
    }
  });
  await Promise.all(shards);
  if (!signal.aborted) broken.signal.throwIfAborted();
}

/** @returns how it ended */
async function followShard(shard: number, following: Following): Promise<Seen> {
  const { fleet, tell, api, look } = following;
  let told: string | null | undefined;
  let hopelessSince: number | null = null;
  for (;;) {
    const pod = (await look()).get(shard);
    const now = pod ? lookAt(pod) : null;
    if (now?.at !== 'waiting') return pod ? followPod(pod, shard, following) : whyDeleted(following);
    hopelessSince = now.hopeless ? (hopelessSince ?? performance.now()) : null;
    if (hopelessSince !== null && performance.now() - hopelessSince >= HOPE_MS) {
      // What is told to have failed must not begin later.
      await endPods(ofShard(fleet.runId, shard), 1, api);
      return { state: 'failed', reason: now.reason };
    }
    if (now.reason !== told) tell({ shard, state: 'pending', reason: now.reason });
    told = now.reason;
    await delay(LOOK_EVERY_MS + fleet.shards * MORE_FOR_EACH_MS, undefined, { signal: api.signal });
  }
}

/** Its end is known when all of its lines are: before that it might seem that it has never begun. */
async function followPod(pod: V1Pod, shard: number, following: Following): Promise<Seen> {
  const { tell, api } = following;
  if (lookAt(pod).at === 'running') tell({ shard, state: 'running', reason: null });
  const last = await followLog(pod, (line) => tell({ shard, line }), api);
  const end = last && lookAt(last);
  return end?.at === 'over' && end.state !== 'stopped' ? { state: end.state, reason: end.reason } : whyDeleted(following);
}

async function whyDeleted({ fleet: { runId }, api: { batch, namespace } }: Following): Promise<Seen> {
  const job = await batch.readNamespacedJob({ name: nameOf(runId), namespace }).catch(unless('404'));
  if (job === null) return { state: 'stopped', reason: 'Its Job was deleted.' };
  const isLate = job.status?.conditions?.some(({ type, status, reason }) => (type === 'Failed' || type === 'FailureTarget') && status === 'True' && reason === 'DeadlineExceeded');
  return { state: 'stopped', reason: isLate ? 'It was still there at its deadline, so Kubernetes ended it.' : 'Its pod was deleted.' };
}
