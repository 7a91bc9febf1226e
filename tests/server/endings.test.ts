import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Endings } from '../../server/run/endings.ts';
import { ENDING_CAUSES, type EndingCause } from '../../server/run/state.ts';
import { openHandles } from '../helpers/leaks.ts';
import { until } from '../helpers/until.ts';

/** The test runner has timers of its own, for moments; what stays is ours. */
let before: string[] = [];
beforeEach(() => {
  before = openHandles();
});
afterEach(() => until('no timer is left', () => openHandles().length <= before.length, 3000));

describe('the first cause wins', () => {
  test('whatever else is said afterwards', async () => {
    const endings = new Endings();
    expect(endings.asked()).toBeNull();
    endings.end('stop_asked', 'Stopped by ada.');
    endings.end('tool_killed', 'later');
    expect(await endings.first).toEqual({ cause: 'stop_asked', message: 'Stopped by ada.' });
    expect(endings.asked()?.cause).toBe('stop_asked');
  });
  test('and cancels what can be cancelled', () => {
    const endings = new Endings();
    expect(endings.signal.aborted).toBe(false);
    endings.end('server_shutdown', 'The server was asked to end.');
    expect(endings.signal.aborted).toBe(true);
  });
});

describe('a time limit', () => {
  test('ends with its cause', async () => {
    const endings = new Endings();
    endings.after(60_000, 'overdue', 'too late');
    endings.after(1, 'reporter_silent', 'no line');
    expect(await endings.first).toEqual({ cause: 'reporter_silent', message: 'no line' });
  });
  test('that is taken back does not end anything', async () => {
    const endings = new Endings();
    const takeBack = endings.after(1, 'reporter_silent', 'no line');
    takeBack();
    endings.after(2, 'overdue', 'too late');
    expect((await endings.first).cause).toBe('overdue');
  });
  test('that is over because this server stood still does not end what has been heard of in the meantime', async () => {
    const endings = new Endings();
    const takeBack = endings.after(40, 'reporter_silent', 'no line');
    // What has come meanwhile is read after the timers that are due.
    setImmediate(takeBack);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    endings.after(80, 'overdue', 'too late');
    expect((await endings.first).cause).toBe('overdue');
  });
  test('leaves no timer once it is closed, and none comes', () => {
    const endings = new Endings();
    endings.after(60_000, 'overdue', 'too late');
    endings.close();
    endings.after(60_000, 'reporter_silent', 'a line that came late')();
    endings.after(60_000, 'reporter_silent', 'a line that came late');
    expect(endings.asked()).toBeNull();
  });
});

test('every cause says in which state a run ends', () => {
  for (const state of Object.values(ENDING_CAUSES)) expect(['finished', 'aborted', 'crashed']).toContain(state);
});

test('in whatever order causes come, time passes and limits are taken back: the first cause wins, once, and then no timer is left', async () => {
  const cause = fc.constantFrom(...(Object.keys(ENDING_CAUSES) as EndingCause[]));
  const step = fc.oneof(
    fc.record({ do: fc.constant('end' as const), cause }),
    fc.record({ do: fc.constant('after' as const), cause, ms: fc.integer({ min: 1, max: 60 }).map((s) => s * 1000) }),
    fc.record({ do: fc.constant('take back' as const), which: fc.nat() }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
    fc.record({ do: fc.constant('close' as const) }),
  );
  vi.useFakeTimers();
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const endings = new Endings();
        const heard: string[] = [];
        void endings.first.then(({ cause: first }) => heard.push(first));
        endings.signal.addEventListener('abort', () => heard.push('aborted'));
        let now = 0;
        let closed = false;
        /** Any of these is right: of limits that are over at the same moment, nobody says which is first. */
        let expected: string[] = [];
        const limits: { readonly at: number; readonly cause: string; live: boolean; readonly takeBack: () => void }[] = [];
        for (const s of steps) {
          const over = closed || expected.length > 0;
          if (s.do === 'end') {
            endings.end(s.cause, 'asked');
            if (expected.length === 0) expected = [s.cause];
          } else if (s.do === 'after') limits.push({ at: now + s.ms, cause: s.cause, live: !over, takeBack: endings.after(s.ms, s.cause, 'over') });
          else if (s.do === 'take back') {
            const limit = limits[s.which % Math.max(1, limits.length)];
            limit?.takeBack();
            if (limit) limit.live = false;
          } else if (s.do === 'close') {
            endings.close();
            closed = true;
          } else {
            now += s.ms;
            const due = over ? [] : limits.filter(({ live, at }) => live && at <= now);
            const first = Math.min(...due.map(({ at }) => at));
            if (due.length > 0) expected = due.filter(({ at }) => at === first).map((limit) => limit.cause);
            await vi.advanceTimersByTimeAsync(s.ms);
          }
          const asked = endings.asked()?.cause;
          if (expected.length === 0) expect(asked).toBeUndefined();
          else expect(expected).toContain(asked);
          if (asked) expected = [asked];
        }
        endings.close();
        await vi.advanceTimersByTimeAsync(0);
        expect(heard.sort()).toEqual(expected.length > 0 ? ['aborted', ...expected].sort() : []);
        expect(vi.getTimerCount()).toBe(0);
      }),
    );
  } finally {
    vi.useRealTimers();
  }
});
