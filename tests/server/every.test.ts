import { afterEach, expect, test, vi } from 'vitest';
import { type Every, every } from '../../server/run/every.ts';

afterEach(() => void vi.useRealTimers());

const OPTIONS: Every = { everyMs: 5000, withinMs: 10_000, letGoMs: 5000, onFailed() {} };

test('work that is never answered is told as failed after its time, and begun anew', async () => {
  vi.useFakeTimers();
  const failed: unknown[] = [];
  let begun = 0;
  const work = async () => {
    begun += 1;
    if (begun === 1) await new Promise<never>(() => {});
  };
  const repeated = every({ ...OPTIONS, onFailed: (error) => void failed.push(error) }, work);
  await vi.advanceTimersByTimeAsync(14_900);
  expect([begun, failed]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(5200);
  expect(failed).toMatchObject([{ code: 'ETIMEDOUT', message: 'no answer within 10 s' }]);
  expect(begun).toBeGreaterThan(1);
  await repeated.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('work that is under way is waited for when all is stopped, but not longer than it may take', async () => {
  vi.useFakeTimers();
  const repeated = every(OPTIONS, () => new Promise<never>(() => {}));
  repeated.now();
  let stopped = false;
  const stopping = repeated.stop().then(() => { stopped = true; });
  await vi.advanceTimersByTimeAsync(4900);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(100);
  await stopping;
});

test('who asks for it while it is under way gets it once more', async () => {
  vi.useFakeTimers();
  const answers: (() => void)[] = [];
  const repeated = every(OPTIONS, () => new Promise<void>((resolve) => { answers.push(resolve); }));
  repeated.now();
  repeated.now();
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(answers).toHaveLength(2);
  answers[1]?.();
  await repeated.stop();
  expect(vi.getTimerCount()).toBe(0);
});
