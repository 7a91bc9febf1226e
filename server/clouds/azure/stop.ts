/** The end of a fleet. Azure's own way to stop a container is SIGKILL, which loses what it printed last: a shard is told by a shell of its own first. */
import { setTimeout as delay } from 'node:timers/promises';
import { CloudProblem, type CloudHost, type Fleet, hasEnded } from '../cloud.ts';
import { allTried } from '../together.ts';
import type { Api } from './api.ts';
import { seenOf } from './state.ts';

/** The program of a container is its first process. */
const TERMINATE = 'kill -TERM 1; exit\n';
const LOOK_WITHIN_MS = 10_000;
/** Until nothing of a fleet is left. */
const GONE_WITHIN_MS = 180_000;

/** Where no shell is to be had it is ended at once. One that has ended stays as it is. */
export async function stopShard(api: Api, name: string, log: CloudHost['log']): Promise<void> {
  const group = await api.group(name, AbortSignal.timeout(LOOK_WITHIN_MS));
  if (!group) return;
  const { state } = seenOf(group);
  if (hasEnded(state)) return;
  // One that is not there yet has printed nothing.
  if (state === 'pending') return api.stop(name);
  try {
    await api.type(name, TERMINATE);
  } catch (error) {
    log.warn({ err: error, name }, 'a shard could not be told to end, so it is ended at once: what it printed last may be lost');
    await api.stop(name);
  }
}

/** Deletes them, and waits until they are gone. */
export async function removeGroups(api: Api, { runId, ids }: Pick<Fleet, 'runId' | 'ids'>): Promise<void> {
  const signal = AbortSignal.timeout(GONE_WITHIN_MS);
  await allTried(ids.map((name) => api.remove(name)));
  try {
    while ((await api.groups(signal)).some(({ name = '' }) => ids.includes(name))) await delay(api.pace.goneMs, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? new CloudProblem(`Azure has not removed the container groups of run ${runId} within ${GONE_WITHIN_MS / 1000} s.`) : error;
  }
}
