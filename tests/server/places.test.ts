import { expect, test } from 'vitest';
import { MAX_WAITING, MAX_WAITING_OF_ONE, whyNoPlace } from '../../server/run/places.ts';

const limits = { concurrentRuns: 4, concurrentRunsPerOrganization: 2 };
const runsOf = (organization: string, count: number) => Array.from({ length: count }, () => organization);

test('one organization cannot take all places: another one finds some', () => {
  const share = 2 + MAX_WAITING_OF_ONE;
  expect(whyNoPlace(runsOf('north', share - 1), 'north', limits)).toBeNull();
  expect(whyNoPlace(runsOf('north', share), 'north', limits)).toBe('12 runs of your organization are waiting or running, and no more places are given to one organization. Start this one when some of them have ended.');
  expect(whyNoPlace(runsOf('north', share), 'south', limits)).toBeNull();
});

test('when all places are taken nobody finds one', () => {
  const taken = [...runsOf('north', 12), ...runsOf('south', 12)];
  expect(taken).toHaveLength(4 + MAX_WAITING);
  expect(whyNoPlace(taken, 'west', limits)).toBe('24 runs are waiting or running, and this server takes no more. Start this one when some of them have ended.');
});

test('an organization that may run more at once than the server does has no larger share for it', () => {
  expect(whyNoPlace(runsOf('north', 4 + MAX_WAITING_OF_ONE), 'north', { concurrentRuns: 4, concurrentRunsPerOrganization: 100 })).toMatch(/^14 runs of your organization/);
});
