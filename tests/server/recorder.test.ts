import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Collector } from '../../server/metrics/collector.ts';
import { fold } from '../../server/metrics/fold.ts';
import type { Batch } from '../../server/metrics/interval.ts';
import { Recorder, type RecorderOptions } from '../../server/run/recorder.ts';
import { openHandles } from '../helpers/leaks.ts';
import { until } from '../helpers/until.ts';

/** The test runner has timers of its own, for moments; what stays is ours. */
let before: string[] = [];
beforeEach(() => {
  before = openHandles();
});
afterEach(() => until('no timer is left', () => openHandles().length <= before.length, 3000));

const begin = (startedAt = Date.now()) => JSON.stringify(['begin', 1, 'locust', '2.47.0', startedAt, { planHash: '', workflowHash: '', scriptHash: '', plan: {}, host: { os: 'linux', cpus: 2 } }]);
const request = (startMicros: number, durationMicros = 1000, extra: object = { exec: true }) => JSON.stringify(['req', startMicros, 'execute', durationMicros, 'ok', 200, extra]);
const end = JSON.stringify(['end', 'planned', 1, 0, 0, 0, 0]);

function recorder(more: Partial<RecorderOptions> = {}) {
  const batches: Batch[] = [];
  const troubles: unknown[] = [];
  const stream = new PassThrough();
  const recording = new Recorder({
    collector: new Collector({ steady: [[1000, 5000]], warmUpMs: 1000, objectives: [] }),
    onBegin: async () => {},
    onLines() {},
    onClosed() {},
    save: async (batch) => void batches.push(batch),
    usage: () => ({ cpuRatio: null, memoryBytes: null }),
    isSteady: (atMs) => atMs >= 1000,
    onTrouble: (error) => void troubles.push(error),
    ...more,
  });
  const reading = recording.read(stream);
  return {
    recording, batches, troubles, stream, reading,
    say: (...lines: string[]) => void stream.write(lines.map((line) => `${line}\n`).join('')),
    async over() {
      stream.end();
      await reading;
      await recording.finish();
      return fold(batches.flatMap((batch) => batch.rows));
    },
  };
}

describe('lines', () => {
  test('are counted, each once, and the rest is stored at the end', async () => {
    const r = recorder();
    r.say(begin(), request(0), request(10), 'rubbish', end);
    const folded = await r.over();
    expect([folded.requests('whole').total, folded.executions('whole').total, r.recording.unreadable]).toEqual([2, 2, 1]);
    expect(r.recording.end).toMatchObject({ cause: 'planned', iterationsStarted: 1 });
  });
  test('out of their order are unreadable: before the first, and a second first', async () => {
    const r = recorder();
    r.say(request(0), begin(), begin(), request(0));
    expect((await r.over()).requests('whole').total).toBe(1);
    expect(r.recording.unreadable).toBe(2);
  });
  test('about a moment that has not come are unreadable, and no million empty seconds', async () => {
    const r = recorder();
    r.say(begin(), request(0), request(86_400_000_000), JSON.stringify(['gauge', 86_400_000_000, 1, 1, 1, 0, 0]));
    await r.over();
    expect(r.recording.unreadable).toBe(2);
    expect(r.batches.flatMap((batch) => batch.rows).length).toBeLessThan(10);
  });
  test('cut in the middle are unreadable', async () => {
    const r = recorder();
    r.say(begin());
    r.stream.write('["req",0,"exe');
    await r.over();
    expect(r.recording.unreadable).toBe(1);
  });
});

test('when the last line comes, whoever listens sees that it was the last: silence after it is no trouble', async () => {
  const heard: boolean[] = [];
  const r = recorder({ onLines: () => void heard.push(r.recording.end !== null) });
  r.say('rubbish');
  r.say(begin(), request(0));
  await until('the first lines are read', () => r.recording.begin !== null);
  r.say(request(0), end);
  await r.over();
  expect(heard).toEqual([false, true]);
});

test('lateness counts in the steady part, and is never less than none', async () => {
  const r = recorder();
  r.say(begin(), request(0, 1000, { startLagMicros: 900_000 }), request(1_000_000, 1000, { startLagMicros: 500 }), request(1_000_000, 1000, { startLagMicros: -3 }));
  await r.over();
  expect(r.recording.lag).toMatchObject({ count: 2, minMicros: 0, maxMicros: 500 });
});

describe('time', () => {
  test('counts from second 0, which may still be to come: no second is closed before its end', async () => {
    const r = recorder();
    r.say(begin(Date.now() + 30_000));
    await until('the first line is read', () => r.recording.begin !== null);
    expect(r.recording.elapsedMs).toBeLessThan(-20_000);
    await r.over();
    expect(r.recording.lastLineMs).toBe(0);
  });
  test('of a clock that was set is not believed', async () => {
    const r = recorder();
    r.say(begin(0));
    await until('the first line is read', () => r.recording.begin !== null);
    expect(r.recording.elapsedMs).toBeLessThan(70_000);
    await r.over();
    expect(r.batches.flatMap((batch) => batch.rows).length).toBeLessThan(100);
  });
  test('is over with the last line: what is left is stored at once, and no second of the leaving tool follows', async () => {
    const r = recorder();
    r.say(begin(Date.now() - 2200), request(100_000), request(2_100_000), end);
    await until('all seconds are stored', () => r.batches.flatMap((batch) => batch.rows).some((row) => row.second === 2));
    const { length } = r.batches;
    await until('no timer is left', () => openHandles().length <= before.length, 3000);
    await r.over();
    expect(r.batches).toHaveLength(length);
    expect(new Set(r.batches.flatMap((batch) => batch.rows).map((row) => row.second))).toEqual(new Set([0, 1, 2]));
  });
  test('a second is closed while the run goes on, with the usage of the group', async () => {
    const r = recorder({ usage: () => ({ cpuRatio: 0.5, memoryBytes: 7 }) });
    r.say(begin(Date.now() - 1600), request(100_000));
    await until('the second is stored', () => r.batches.length > 0);
    expect(r.batches[0]).toMatchObject({ sequence: 1 });
    expect(r.batches[0]?.rows.find((row) => row.gauges)?.gauges).toMatchObject({ cpuRatio: 0.5, memoryBytes: 7 });
    await r.over();
  });
});

describe("the tool's clock", () => {
  const stepOf = async (clock: 'monotonic' | 'wall') => {
    const r = recorder({ clock });
    r.say(begin(), request(0), request(20_000_000), end);
    await r.over();
    return r.recording.clockStepMs;
  };
  test('is watched where it can be set', async () => expect(await stepOf('wall')).toBeGreaterThan(19_000));
  test('is not where it cannot', async () => expect(await stepOf('monotonic')).toBeNull());
});

describe('what is stored', () => {
  test('comes in order, begin first, and reading does not wait for it', async () => {
    const order: string[] = [];
    const slow = Promise.withResolvers<void>();
    const r = recorder({
      onBegin: async () => {
        await slow.promise;
        order.push('begin');
      },
      save: async (batch) => void order.push(`batch ${batch.sequence}`),
    });
    r.say(begin(Date.now() - 2600), request(0), end);
    await until('all lines are read', () => r.recording.end !== null);
    slow.resolve();
    await r.over();
    expect(order[0]).toBe('begin');
    expect(order.slice(1)).toEqual(order.slice(1).map((_, i) => `batch ${i + 1}`));
    expect(order.length).toBeGreaterThan(1);
  });
  test('and fails is told, and what comes after it is stored all the same', async () => {
    const stored: number[] = [];
    const r = recorder({
      save: async (batch) => {
        if (batch.sequence === 1) throw new Error('the database is away');
        stored.push(batch.sequence);
      },
    });
    r.say(begin(Date.now() - 1600), request(0));
    await until('the first batch failed', () => r.troubles.length > 0);
    r.say(request(1_500_000), end);
    await r.over();
    expect(r.troubles).toMatchObject([{ message: 'the database is away' }]);
    expect(stored).toContain(2);
  });
  test('a reading of the usage that fails is told, and the second is stored', async () => {
    let readings = 0;
    const r = recorder({
      usage() {
        readings += 1;
        if (readings > 1) throw new Error('too many open files');
        return { cpuRatio: null, memoryBytes: null };
      },
    });
    r.say(begin(Date.now() - 1600));
    await until('a second is stored', () => r.batches.length > 0);
    expect(r.troubles).toMatchObject([{ message: 'too many open files' }]);
    await r.over();
  });
});

describe('one that is left without finishing', () => {
  test('leaves no timer', async () => {
    const r = recorder();
    r.say(begin());
    await until('the first line is read', () => r.recording.begin !== null);
    r.recording[Symbol.dispose]();
    expect(r.stream.destroyed).toBe(true);
  });
  test('does not begin afterwards, with a line that was on its way', async () => {
    const r = recorder();
    r.say(begin());
    r.recording[Symbol.dispose]();
    await r.reading;
    expect(r.recording.begin).toBeNull();
    expect(r.troubles).toEqual([]);
  });
});
