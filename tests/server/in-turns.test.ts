import { expect, test } from 'vitest';
import { inTurns } from '../../server/metrics/in-turns.ts';

test('each row is looked at once, in their order, and of many others have their turn in between', async () => {
  const rows = Array.from({ length: 1200 }, (_, i) => i);
  const seen: number[] = [];
  const turns: number[] = [];
  const looking = inTurns(rows, (row) => seen.push(row));
  for (let over = false; !over; turns.push(seen.length)) {
    over = seen.length === rows.length;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await looking;
  expect(seen).toEqual(rows);
  expect(turns.some((count) => count > 0 && count < rows.length)).toBe(true);
  await inTurns([], () => expect.unreachable());
});
