/** What the lines of several shards mean for their run while it goes on: what of them ends it, and when. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Endings } from '../../server/run/endings.ts';
import type { FleetJob } from '../../server/run/execute.ts';
import { recordFleet } from '../../server/run/fleet/record-fleet.ts';
import { Shards } from '../../server/run/fleet/shards.ts';
import { LostRun } from '../../server/run/ownership/lost-run.ts';
import type { RunRecord } from '../../server/run/record.ts';
import { type ShardLine, written } from '../../server/run/shard/lines.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { locust } from '../../templates/locust/index.ts';
import { testPlan } from '../helpers/stored-run.ts';

const LONGEST_MS = 30_000;
const spent = { amount: 0, currency: 'USD', basis: '', pricesAsOf: '' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recorded(record: Partial<RunRecord> = {}) {
  const startAt = Date.now();
  const endings = new Endings();
  const row: RunRecord = { id: 'r', frameworkVersion: null, change: async () => {}, save: async () => {}, log: async () => {}, trouble() {}, ...record };
  const shards = new Shards({ count: 2, startAt, lagMs: 100, hasSteady: true, onLog() {} });
  const job = { plan: resolvePlan(testPlan()), framework: locust, place: { shards: 2, region: null, image: null, cost: spent } } as unknown as FleetJob;
  const recording = recordFleet(job, shards, { startAt, longestMs: LONGEST_MS, endings, row });
  const say = (line: ShardLine) => recording.take({ shard: line.shard, line: written(line, 1)[0] ?? '' });
  const begin = (shard: number, startedAt = Date.now()) => say({ kind: 'begin', shard, clockMs: startedAt, startedAt, toolVersion: '1', isolation: '', cores: 1 });
  return { endings, recording, say, begin };
}

describe('a shard that begins late', () => {
  test('has as long as the others, so its run is overdue so much later', async () => {
    const { endings, recording, begin } = recorded();
    begin(0);
    await vi.advanceTimersByTimeAsync(20_000);
    begin(1);
    await vi.advanceTimersByTimeAsync(LONGEST_MS - 1000);
    expect(endings.asked()).toBeNull();
    await vi.advanceTimersByTimeAsync(2000);
    expect(endings.asked()).toMatchObject({ cause: 'overdue', message: 'Locust was still running after its planned end.' });
    recording[Symbol.dispose]();
  });
  test('and a run of shards that are in time is overdue when it is', async () => {
    const { endings, recording, begin } = recorded();
    for (const shard of [0, 1]) begin(shard);
    await vi.advanceTimersByTimeAsync(LONGEST_MS + 1000);
    expect(endings.asked()?.cause).toBe('overdue');
    recording[Symbol.dispose]();
  });
});

describe('a shard whose load cannot begin', () => {
  const ended: ShardLine = { kind: 'end', shard: 1, seq: 0, ending: { cause: 'tool_broke', message: 'Locust could not be started: no such file.', exitCode: null }, news: null, totals: { request: {}, execution: {} } };
  test('ends the others before they begin, with what it says itself, also while its place still sees it running', async () => {
    const { endings, recording, say } = recorded();
    recording.take({ shard: 1, state: 'running', reason: null });
    say(ended);
    await vi.advanceTimersByTimeAsync(1000);
    expect(endings.asked()).toEqual({ cause: 'launch_failed', message: 'Shard 1 of 2 could not begin: Locust could not be started: no such file.' });
    recording[Symbol.dispose]();
  });
  test('ends them, too, where nobody says why', async () => {
    const { endings, recording } = recorded();
    recording.take({ shard: 1, state: 'failed', reason: null });
    await vi.advanceTimersByTimeAsync(1000);
    expect(endings.asked()).toEqual({ cause: 'launch_failed', message: 'Shard 1 of 2 could not begin: It ended without a word.' });
    recording[Symbol.dispose]();
  });
  test('leaves them where they are already at it', async () => {
    const { endings, recording, say, begin } = recorded();
    begin(0);
    await vi.advanceTimersByTimeAsync(1000);
    say(ended);
    await vi.advanceTimersByTimeAsync(1000);
    expect(endings.asked()).toBeNull();
    recording[Symbol.dispose]();
  });
});

test.each([
  ['another server has the run', new LostRun(), 'owner_lost'],
  ['there is trouble here', new Error('the disk is full'), 'internal_error'],
])('results that cannot be stored any more because %s are why a load ended that was over already, and a stop that came after it is not', async (_why, error, cause) => {
  let failing = false;
  const { endings, recording, begin } = recorded({ change: () => (failing ? Promise.reject(error) : Promise.resolve()) });
  for (const shard of [0, 1]) begin(shard);
  await vi.advanceTimersByTimeAsync(1000);
  endings.close();
  recording.over();
  endings.end('stop_asked', 'Stopped by ada.');
  expect(recording.whyUnsaved()).toBeNull();
  failing = true;
  await recording.finish(spent);
  expect(recording.whyUnsaved()?.cause).toBe(cause);
});
