import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whenSilent } from '../../server/db/silence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what gives no answer for two times is silent, and is asked anew', async () => {
  const told: string[] = [];
  using _ = whenSilent(() => { told.push('asked'); return new Promise(() => {}); }, () => void told.push('silent'), 1000);
  await vi.advanceTimersByTimeAsync(1900);
  expect(told).toEqual(['asked']);
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toEqual(['asked', 'silent', 'asked']);
});

test('an answer that comes late is one, and so is a refusal', async () => {
  const silent = vi.fn();
  let asked = 0;
  using _ = whenSilent(() => {
    asked += 1;
    return new Promise((resolve, reject) => void setTimeout(asked % 2 === 0 ? resolve : reject, 1900));
  }, silent, 1000);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toBeGreaterThan(5);
  expect(silent).not.toHaveBeenCalled();
});

test('it is not asked any more when nobody wants to know, and leaves no timer', () => {
  whenSilent(async () => 1, () => {}, 1000)[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
