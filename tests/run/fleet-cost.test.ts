/** The ceiling of what an organization may spend elsewhere, where several starts are asked for at once. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Context } from '../../server/context.ts';
import { reserveCost } from '../../server/run/fleet/affordable.ts';
import { spentLately } from '../../server/run/fleet/store.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { LIMITS } from '../helpers/limits.ts';

onEachDatabase('what runs in shards cost', (database) => {
  const reserve = (organizationId: string, runs: number) => {
    const ctx = { db: database.db, viewer: { organizationId }, limits: { ...LIMITS, maxCloudCost: () => 5 } } as unknown as Context;
    return reserveCost(ctx, { amount: 2, currency: 'USD', basis: '', pricesAsOf: '' }, Array.from({ length: runs }, () => randomUUID()));
  };

  test('of many starts at once each sees those before it, so only as many are accepted as the ceiling bears', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => reserve('north', 1)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected', 'rejected']);
    expect(await spentLately(database.db, 'north', 30)).toBe(4);
  });

  test('a group of runs is reserved as a whole or not at all, and one that is refused holds up nobody', async () => {
    await expect(reserve('south', 3)).rejects.toThrow('These 3 runs will cost about 6.00 USD');
    await reserve('south', 2);
    expect(await spentLately(database.db, 'south', 30)).toBe(4);
  });
});
