/** What is made of the lines of several shards, without any of them. */
import { describe, expect, test } from 'vitest';
import type { FleetNews } from '../../server/clouds/cloud.ts';
import type { IntervalRow } from '../../server/metrics/interval.ts';
import { fold } from '../../server/metrics/fold.ts';
import { clockOffsetMs } from '../../server/run/fleet/alignment.ts';
import { endOf, newsOf } from '../../server/run/fleet/outcome.ts';
import { Shards } from '../../server/run/fleet/shards.ts';
import { type ShardLine, written } from '../../server/run/shard/lines.ts';

const startAt = 1_700_000_000_000;
const news = { iterationsStarted: 5, iterationsDropped: 1, iterationsInterrupted: 0, inFlightAtEnd: 0, linesUnreadable: 0, linesLost: 0, durationMs: 3000, latenessP99Ms: 2, requestsFolded: 0, clockStepMs: null };
const planned = { cause: 'planned_end' as const, message: 'planned', exitCode: 0 };

class Told {
  readonly logged: string[] = [];
  readonly shards: Shards;
  #line = 0;
  constructor(count: number, lagMs = 1000) {
    this.shards = new Shards({ count, startAt, lagMs, hasSteady: true, onLog: (shard, lines) => this.logged.push(...lines.map((line) => `${shard} ${line}`)) });
  }
  line(line: ShardLine, now = startAt): this {
    for (const text of written(line, ++this.#line)) this.shards.take({ shard: line.shard, line: text }, now);
    return this;
  }
  news(one: FleetNews, now = startAt): this {
    this.shards.take(one, now);
    return this;
  }
  begin(shard: number, { startedAt = startAt, clockMs = startAt, now = startAt } = {}): this {
    return this.line({ kind: 'begin', shard, clockMs, startedAt, toolVersion: '1', isolation: '', cores: 1 }, now);
  }
  interval(shard: number, seq: number, second: number, ok = 1): this {
    const row: IntervalRow = { second, phase: 'steady', kind: 'execution', name: '', shard, counts: { ok }, latency: null, slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: null };
    return this.line({ kind: 'interval', shard, seq, row });
  }
  closed(shard: number, seq: number, until: number): this {
    return this.line({ kind: 'closed', shard, seq, until });
  }
  end(shard: number, seq: number, ok: number, more: Partial<Extract<ShardLine, { kind: 'end' }>> = {}): this {
    return this.line({ kind: 'end', shard, seq, ending: planned, news, totals: { request: {}, execution: { ok } }, ...more });
  }
  get executions(): number {
    return fold(this.shards.close(this.shards.end)?.rows ?? []).executions('whole').total;
  }
}

describe('a second of the run', () => {
  test('is closed when all that run have told it', () => {
    const told = new Told(2).begin(0).begin(1).interval(0, 1, 0).closed(0, 2, 3).interval(1, 1, 0).closed(1, 2, 2);
    expect(told.shards.until(startAt + 3000)).toBe(2);
  });
  test('waits for a shard that is slow, and not for ever', () => {
    const told = new Told(2).begin(0).begin(1).closed(0, 1, 10);
    expect(told.shards.until(startAt + 3000)).toBe(0);
    expect(told.shards.until(startAt + 10_000)).toBe(7);
  });
  test('does not wait for a shard that is over', () => {
    const told = new Told(2).begin(0).begin(1).interval(0, 1, 7).closed(0, 2, 8).news({ shard: 1, state: 'failed', reason: 'gone' });
    expect(told.shards.until(startAt + 8000)).toBe(8);
  });
  test('takes what comes twice once', () => {
    const told = new Told(1).begin(0).interval(0, 1, 0, 4).interval(0, 1, 0, 4).interval(0, 2, 0, 3).interval(0, 1, 0, 4);
    expect(told.executions).toBe(7);
  });
  test('takes what comes late, in any order', () => {
    const told = new Told(1).begin(0).interval(0, 3, 2).interval(0, 1, 0).end(0, 3, 3);
    expect(told.shards.all[0]?.missing).toBe(1);
    expect(told.shards.all[0]?.isWhole).toBe(false);
    told.interval(0, 2, 1);
    expect(told.shards.all[0]?.isWhole).toBe(true);
    expect(told.executions).toBe(3);
  });
});

describe('a clock', () => {
  test.each([
    ['that is right seems late by the way of its lines, and is taken for right', 800, 0],
    ['that is ahead sends lines that come before they were written', -2500, -2500],
    ['that is behind makes its lines later than any way takes', 4000, 3000],
  ])('%s', (_what, leastDelayMs, offset) => {
    expect(clockOffsetMs(leastDelayMs, 1000)).toBe(offset);
  });
  test('of a shard that is 3 s ahead: it began 3 s early, and its seconds stand where they were', () => {
    const told = new Told(1).begin(0, { clockMs: startAt, now: startAt - 3000 }).interval(0, 1, 4);
    expect(told.shards.all[0]?.report).toMatchObject({ lateMs: -3000, problem: 'Its clock is 3.0 s ahead; its seconds were moved by that.' });
    expect(told.shards.close(10)?.rows.map(({ second }) => second)).toEqual([1]);
  });
});

describe('a shard whose first lines are only to be had afterwards', () => {
  test('stands where its own clock says, however long after its end they are read', () => {
    const told = new Told(1);
    const shard = told.shards.all[0];
    const lines: ShardLine[] = [
      { kind: 'waiting', shard: 0, clockMs: startAt - 1000 },
      { kind: 'begin', shard: 0, clockMs: startAt, startedAt: startAt, toolVersion: '1', isolation: '', cores: 1 },
      { kind: 'log', shard: 0, lines: ['told already'] },
    ];
    for (const line of lines) for (const text of written(line, 1)) shard?.takeStored(text, startAt + 124_000);
    told.interval(0, 1, 5);
    expect(shard?.report).toMatchObject({ lateMs: 0, problem: null });
    expect(told.shards.close(200)?.rows.map(({ second }) => second)).toEqual([5]);
    expect(told.logged).toEqual([]);
  });
});

describe('a shard that has told its last line', () => {
  const reported = (ending: Extract<ShardLine, { kind: 'end' }>['ending']) => new Told(1).begin(0).end(0, 0, 0, { ending }).news({ shard: 0, state: 'succeeded', reason: null }).shards.all[0]?.report;

  test('has succeeded when its load came to its end', () => {
    expect(reported(planned)).toMatchObject({ state: 'succeeded', problem: null });
  });
  test('was stopped when it was told to end, however well its container ended', () => {
    expect(reported({ cause: 'stop_asked', message: 'Stopped by SIGTERM.', exitCode: null })).toMatchObject({ state: 'stopped', problem: null });
  });
  test('was stopped by a limit, and says by which', () => {
    expect(reported({ cause: 'limit_reached', message: 'Its tool took 3 GB.', exitCode: null })).toMatchObject({ state: 'stopped', problem: 'Its tool took 3 GB.' });
  });
  test('has failed when its tool broke, and says so rather than that it was late', () => {
    const told = new Told(1).begin(0, { startedAt: startAt + 3000, clockMs: startAt + 3000, now: startAt + 3000 }).end(0, 0, 0, { ending: { cause: 'tool_killed', message: 'Locust was ended\u0000by SIGKILL.', exitCode: null } });
    expect(told.shards.all[0]?.report).toMatchObject({ state: 'failed', lateMs: 3000, problem: 'Locust was ended by SIGKILL.' });
  });
});

describe('how hard it was for the generators', () => {
  const gauges = (lagMs: number, cpuRatio: number) => ({ users: 1, inFlight: 0, iterationsStarted: 1, dropped: 0, lagMs, cpuRatio, memoryBytes: 1 });
  const busy = (told: Told, shard: number, seq: number, second: number, lagMs: number, cpuRatio: number, phase: IntervalRow['phase'] = 'steady') =>
    told.line({ kind: 'interval', shard, seq, row: { second, phase, kind: 'execution', name: '', shard, counts: { ok: 1 }, latency: null, slower: [], newConnections: 0, checksPassed: 0, checksFailed: 0, examples: {}, gauges: gauges(lagMs, cpuRatio) } });
  test('is that of the worst of them over its own seconds, not of whichever was worst in each second', () => {
    const told = new Told(10);
    for (let shard = 0; shard < 10; shard++) {
      told.begin(shard);
      // Each has one bad second of twenty, and never the same one.
      for (let second = 1; second <= 20; second++) busy(told, shard, second, second, second === shard + 1 ? 50 : 2, shard === 3 ? 0.5 : 0.1);
    }
    expect(newsOf(told.shards.all)?.strain).toMatchObject({ lagMs: 2 });
    expect(newsOf(told.shards.all)?.strain?.cpuRatio).toBeCloseTo(0.5);
  });
  test('leaves out the first second and what is not judged', () => {
    const told = busy(busy(new Told(1).begin(0), 0, 1, 0, 90, 1), 0, 2, 1, 90, 1, 'warm_up');
    expect(newsOf(told.shards.all)?.strain).toEqual({ cpuRatio: null, lagMs: null });
  });
});

describe('a shard that is late', () => {
  test('is named, and its seconds stand where they were', () => {
    const told = new Told(2).begin(0).begin(1, { startedAt: startAt + 2400, clockMs: startAt + 2400, now: startAt + 2400 }).interval(1, 1, 0);
    expect(told.shards.all.map(({ problem }) => problem)).toEqual([null, 'It began 2.4 s late.']);
    expect(told.shards.close(10)?.rows.map(({ second }) => second)).toEqual([2]);
    expect(newsOf(told.shards.all)?.unhealthy).toEqual([]);
  });
  test('by more than 5 s makes that no verdict is passed', () => {
    const told = new Told(2).begin(0).begin(1, { startedAt: startAt + 12_000, clockMs: startAt + 12_000, now: startAt + 12_000 });
    expect(newsOf(told.shards.all)?.unhealthy).toEqual(['Shard 1 of 2 began up to 12.0 s late, so for that long the load was not the planned one.']);
  });
});

test('a shard that is early by more than 5 s makes that no verdict is passed, too', () => {
  const told = new Told(2).begin(0).begin(1, { startedAt: startAt - 30_000, clockMs: startAt - 30_000, now: startAt - 30_000 });
  expect(told.shards.all[1]?.problem).toBe('It began 30.0 s early.');
  expect(newsOf(told.shards.all)?.unhealthy).toEqual(['Shard 1 of 2 began up to 30.0 s early, so for that long the load was not the planned one.']);
});

describe('the end of a run', () => {
  const whole = () => new Told(2).begin(0).begin(1).interval(0, 1, 0, 4).end(0, 1, 4);
  test('is as planned when all of all shards has come', () => {
    const told = whole().interval(1, 1, 0, 3).end(1, 1, 3);
    expect(endOf(told.shards.all, 'as planned')).toEqual({ cause: 'planned_end', message: 'as planned' });
    expect(newsOf(told.shards.all)).toMatchObject({ iterationsStarted: 10, iterationsDropped: 2, inFlightAtEnd: 0, linesLost: 0, latenessP99Ms: 2, durationMs: 3000 });
  });
  test('names a shard that was lost, with what its place says of it', () => {
    const told = whole().news({ shard: 1, state: 'failed', reason: 'It was ended for want of memory.' });
    expect(endOf(told.shards.all, '')).toEqual({ cause: 'shard_lost', message: 'Shard 1 of 2 did not come to the end: It was ended for want of memory. What the others measured is kept.' });
    expect(newsOf(told.shards.all)).toMatchObject({ iterationsStarted: null, inFlightAtEnd: null });
  });
  test('says that lines are missing where nothing has them any more', () => {
    const told = whole().interval(1, 2, 1).end(1, 3, 9);
    expect(endOf(told.shards.all, '').message).toBe('Not all that shard 1 of 2 measured has come: 2 lines are missing. What has come is kept.');
    expect(newsOf(told.shards.all)?.linesLost).toBe(2);
  });
  test('is that of a shard whose tool broke', () => {
    const told = whole().end(1, 0, 0, { ending: { cause: 'tool_broke', message: 'Locust ended with exit code 2.', exitCode: 2 } });
    expect(endOf(told.shards.all, '')).toEqual({ cause: 'tool_broke', message: 'Shard 1 of 2: Locust ended with exit code 2.' });
  });
  test('is a lost shard where its place told it to end, with what the place says', () => {
    const told = whole().end(1, 0, 0, { ending: { cause: 'stop_asked', message: 'Stopped by SIGTERM.', exitCode: null } });
    expect(endOf(told.shards.all, '')).toEqual({ cause: 'shard_lost', message: 'Shard 1 of 2 was told to end, and not by this server: Stopped by SIGTERM. What was measured is kept.' });
    told.news({ shard: 1, state: 'stopped', reason: 'AWS took its machine away.' });
    expect(endOf(told.shards.all, '').message).toBe('Shard 1 of 2 was told to end, and not by this server: AWS took its machine away. What was measured is kept.');
  });
  test('is none of all where no shard began', () => {
    expect(newsOf(new Told(2).news({ shard: 0, state: 'failed', reason: 'x' }).shards.all)).toBeNull();
  });
});

test('what tools print comes with the number of its shard, and the end brings nobody back', () => {
  const told = new Told(2).line({ kind: 'log', shard: 1, lines: ['hello'] }).news({ shard: 1, state: 'stopped', reason: null }).news({ shard: 1, state: 'running', reason: null });
  expect(told.logged).toEqual(['1 hello']);
  expect(told.shards.all[1]?.report.state).toBe('stopped');
});
