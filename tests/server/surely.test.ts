import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { LostRun } from '../../server/run/ownership/lost-run.ts';
import { surely } from '../../server/run/row/surely.ts';

afterEach(() => void vi.useRealTimers());

const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

test('a write is tried again while the database is away, and each failure is told', async () => {
  let tries = 0;
  const told: unknown[] = [];
  const write = async () => {
    tries += 1;
    if (tries < 3) throw away();
    return 'stored';
  };
  expect(await surely(write, { lost: new AbortController().signal, onTrouble: (error) => void told.push(error) })).toBe('stored');
  expect(told).toHaveLength(2);
});

test('a write that is wrong fails at once, and so does one of a run that is not ours any more', async () => {
  for (const error of [new Error('syntax error'), new LostRun('Another server took this run over.')]) {
    let tries = 0;
    const write = async () => {
      tries += 1;
      throw error;
    };
    await expect(surely(write, { lost: new AbortController().signal, onTrouble() {} })).rejects.toBe(error);
    expect(tries).toBe(1);
  }
});

test('a write that is never answered is given up when the run is lost, and nothing listens on', async () => {
  const lost = new AbortController();
  const reason = new LostRun('The database could not be reached.');
  const writing = surely(() => new Promise<never>(() => {}), { lost: lost.signal, onTrouble() {} });
  lost.abort(reason);
  await expect(writing).rejects.toBe(reason);
  const { signal } = new AbortController();
  await surely(async () => 1, { lost: signal, onTrouble() {} });
  expect([...getEventListeners(lost.signal, 'abort'), ...getEventListeners(signal, 'abort')]).toEqual([]);
});

test('a try that is never answered has failed after 10 s, and the write is tried again', async () => {
  vi.useFakeTimers();
  let tries = 0;
  const told: unknown[] = [];
  const write = async () => {
    tries += 1;
    return tries === 1 ? new Promise<never>(() => {}) : 'stored';
  };
  const writing = surely(write, { lost: new AbortController().signal, onTrouble: (error) => void told.push(error) });
  await vi.advanceTimersByTimeAsync(9900);
  expect([tries, told]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(1200);
  expect(await writing).toBe('stored');
  expect(told).toMatchObject([{ code: 'ETIMEDOUT' }]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a write that is given up while a try has no answer leaves no timer', async () => {
  vi.useFakeTimers();
  const lost = new AbortController();
  const writing = surely(() => new Promise<never>(() => {}), { lost: lost.signal, onTrouble() {} });
  await vi.advanceTimersByTimeAsync(0);
  lost.abort(new LostRun('The database could not be reached.'));
  await expect(writing).rejects.toThrow('could not be reached');
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});
