import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Endings } from '../../server/run/endings.ts';
import { ENDING_CAUSES } from '../../server/run/state.ts';
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
