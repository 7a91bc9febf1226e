import { expect, test } from 'vitest';
import { graceOf, running, stopping, whyUnstored } from '../../server/run/moves.ts';
import { LostRun } from '../../server/run/ownership/lost-run.ts';
import { type Move, moved, type RunState } from '../../server/run/state.ts';

const asked = { cause: 'stop_asked', message: 'Stopped by ada.' } as const;
const walked = (...states: RunState[]) => states.reduce<Move[]>((moves, to) => moved(moves, to, 'of the test', new Date(0)), []);

test('a run moves to stopping once, for the first cause: what asks for the end again moves it nowhere', () => {
  expect(stopping(asked)({ state: 'running' })).toEqual({ state: { to: 'stopping', cause: 'stop_asked' } });
  expect(stopping({ ...asked, cause: 'server_shutdown' })({ state: 'stopping' })).toEqual({});
  expect(() => walked('queued', 'starting', 'running', 'stopping', 'stopping')).toThrow('a run cannot move from stopping to stopping');
});

test('a first line that comes while a run is stopping does not bring it back, and still says when it began', () => {
  const began = { startedAt: new Date(0), frameworkVersion: '2.47.0' };
  expect(running(began)({ state: 'starting' })).toEqual({ ...began, state: { to: 'running', cause: 'first_line' } });
  expect(running(began)({ state: 'stopping' })).toEqual(began);
});

test('the load of a run that was lost is over before another server may take it, however long a grace the operator gives', () => {
  expect([60_000, 500].map((graceMs) => graceOf({ ...asked, cause: 'owner_lost' }, graceMs))).toEqual([2000, 500]);
  expect(graceOf(asked, 60_000)).toBe(60_000);
});

test('results that cannot be stored are a run that was lost where another server has it, and else trouble of this one', () => {
  expect(whyUnstored(new LostRun()).cause).toBe('owner_lost');
  expect(whyUnstored(new Error('the disk is full'))).toEqual({ cause: 'internal_error', message: 'Results could not be stored, so the load was ended.' });
});
