/** What is asked for each shard by itself, beside the others. */

/**
 * The first that fails is thrown, and keeps those from beginning that have not. What is on its way is waited for: it would else be there, and
 * nobody would know it. @param signal for `begin`, with the reason of what failed
 */
export async function forEachShard(shards: number, begin: (shard: number, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  await Promise.all(Array.from({ length: shards }, (_, shard) => begin(shard, either).catch((error: unknown) => failed.abort(error))));
  failed.signal.throwIfAborted();
}

/** Each is tried; what failed first is thrown. */
export async function allTried(tries: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(tries)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
