/** The ceiling of what an organization may spend elsewhere, where many starts ask at the same moment, and of groups. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openDatabase } from '../../server/db/client.ts';
import { Refusal } from '../../server/refusal.ts';
import { reserveCost } from '../../server/run/fleet/affordable.ts';
import { spentLately } from '../../server/run/fleet/store.ts';
import { onEachDatabase } from '../helpers/databases.ts';
import { LIMITS } from '../helpers/limits.ts';

const cost = { amount: 1, currency: 'USD', basis: 'A dollar.', pricesAsOf: '2026-11-25T00:00:00.000Z' };

onEachDatabase('A ceiling of 5 USD', (database) => {
  test('is kept to the cent when two servers are asked for twelve runs of a dollar at once', async () => {
    const other = database.exclusive ? null : await openDatabase(database.place);
    const viewer = { id: 'u', name: 'U', organizationId: 'north', permissions: [] };
    const asked = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => reserveCost({ db: i % 2 && other ? other.db : database.db, viewer, limits: { ...LIMITS, maxCloudCost: () => 5 } }, cost, [randomUUID()])),
    );
    await other?.close();
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    for (const each of asked) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(Refusal);
  });

  test('is held against a group of runs as a whole, and one that is refused holds up nobody', async () => {
    const reserve = (runs: number) => reserveCost({ db: database.db, viewer: { id: 'u', name: 'U', organizationId: 'south', permissions: [] }, limits: { ...LIMITS, maxCloudCost: () => 5 } }, { ...cost, amount: 2 }, Array.from({ length: runs }, () => randomUUID()));
    await expect(reserve(3)).rejects.toThrow('These 3 runs will cost about 6.00 USD');
    await reserve(2);
    expect(await spentLately(database.db, 'south', 30)).toBe(4);
  });
});
