import { expect, test } from 'vitest';
import { Leases } from '../../server/run/ownership/lease.ts';

test('a run is given up 5 s before the database may give it to another server, counted from the asking for the last renewal', async () => {
  let now = 0;
  const leases = new Leases(() => now);
  const lost = leases.hold('a');
  now = 20_000;
  const answered = Promise.withResolvers<ReadonlySet<string>>();
  const renewing = leases.renew(() => answered.promise);
  now = 24_000;
  answered.resolve(new Set(['a']));
  await renewing;
  now = 45_000;
  leases.giveUpLate();
  expect(lost.aborted).toBe(false);
  now = 45_001;
  leases.giveUpLate();
  expect(lost.reason).toMatchObject({ name: 'LostRun', message: 'The database could not be reached for 25 s, so this server gave the run up.' });
});

test('a run that took long to be stored is held from when that was asked for', () => {
  const leases = new Leases(() => 30_000);
  const [a, b] = [leases.hold('a', 4000), leases.hold('b', 6000)];
  leases.giveUpLate();
  expect([a.aborted, b.aborted]).toEqual([true, false]);
});

test('a run that another server has is lost with the next renewal; one that came in the meantime is not, and one that was let go is not asked for', async () => {
  const leases = new Leases(() => 0);
  const [a, b] = [leases.hold('a'), leases.hold('b')];
  leases.hold('c');
  leases.release('c');
  let asked: readonly string[] = [];
  let late: AbortSignal | null = null;
  await leases.renew(async (ids) => {
    asked = ids;
    late = leases.hold('late');
    return new Set(['b']);
  });
  expect(asked).toEqual(['a', 'b']);
  expect([a.aborted, b.aborted, (late as AbortSignal | null)?.aborted]).toEqual([true, false, false]);
  expect(a.reason).toMatchObject({ name: 'LostRun', message: 'Another server took this run over.' });
});

test('a renewal that fails changes nothing', async () => {
  const leases = new Leases(() => 0);
  const lost = leases.hold('a');
  await expect(leases.renew(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect([lost.aborted, leases.ids]).toEqual([false, ['a']]);
});

test('an answer that comes late does not set a lease back that was renewed in the meantime', async () => {
  let now = 0;
  const leases = new Leases(() => now);
  const lost = leases.hold('a');
  const late = Promise.withResolvers<ReadonlySet<string>>();
  const first = leases.renew(() => late.promise);
  now = 15_000;
  await leases.renew(async () => new Set(['a']));
  late.resolve(new Set(['a']));
  await first;
  now = 39_000;
  leases.giveUpLate();
  expect(lost.aborted).toBe(false);
});
