/** What is asked for each shard by itself, beside the others. */
import { describe, expect, test } from 'vitest';
import { allTried, forEachShard } from '../../server/clouds/together.ts';

describe('What is begun for each shard', () => {
  test('is begun once for each', async () => {
    const begun: number[] = [];
    await forEachShard(3, async (shard) => void begun.push(shard), new AbortController().signal);
    expect(begun).toEqual([0, 1, 2]);
  });

  test('is not begun any more once one has failed, and what is on its way is waited for', async () => {
    const way = Promise.withResolvers<void>();
    const done: number[] = [];
    const beginning = forEachShard(3, async (shard, signal) => {
      if (shard === 0) throw new Error('no room');
      if (shard === 1) await way.promise;
      else await new Promise((resolve) => signal.addEventListener('abort', resolve));
      if (shard === 2) signal.throwIfAborted();
      done.push(shard);
    }, new AbortController().signal);
    let isOver = false;
    beginning.catch(() => { isOver = true; });
    await new Promise(setImmediate);
    expect([isOver, done]).toEqual([false, []]);
    way.resolve();
    await expect(beginning).rejects.toThrow('no room');
    expect(done).toEqual([1]);
  });

  test('ends with the reason of the signal', async () => {
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(forEachShard(2, async (_, signal) => signal.throwIfAborted(), stopped)).rejects.toThrow('stopped');
  });
});

test('each is tried, and what failed first is thrown', async () => {
  let isTried = false;
  await expect(allTried([Promise.reject(new Error('first')), Promise.reject(new Error('second')), Promise.resolve().then(() => { isTried = true; })])).rejects.toThrow('first');
  expect(isTried).toBe(true);
});
