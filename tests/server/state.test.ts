import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENDING_CAUSES, isSettled, type Move, MOVES, moved, RUN_STATES, type RunState } from '../../server/run/state.ts';

const at = new Date('2026-03-01T10:00:00.000Z');
const walk = (...states: RunState[]) => states.reduce<Move[]>((moves, to) => moved(moves, to, 'test', at), []);

describe('the moves of a run', () => {
  test('are recorded, each with its time and cause', () => {
    expect(moved(walk('queued'), 'starting', 'turn_came', at)).toEqual([
      { from: null, to: 'queued', at: at.toISOString(), cause: 'test' },
      { from: 'queued', to: 'starting', at: at.toISOString(), cause: 'turn_came' },
    ]);
  });
  test('from acceptance to a good end, and to a stop', () => {
    expect(walk('queued', 'starting', 'running', 'finished').at(-1)?.to).toBe('finished');
    expect(walk('queued', 'starting', 'running', 'stopping', 'aborted').at(-1)?.to).toBe('aborted');
    expect(walk('queued', 'aborted').at(-1)?.to).toBe('aborted');
  });
  test('that the machine does not know are a bug', () => {
    for (const states of [['running'], ['queued', 'running'], ['queued', 'finished'], ['queued', 'starting', 'running', 'starting'], ['queued', 'crashed', 'starting'], ['queued', 'queued']] as RunState[][])
      expect(() => walk(...states), states.join(' ')).toThrow('cannot move');
  });
  test('of all pairs of states, only those that go on; a run that waits goes nowhere else but to its start or its end', () => {
    const order: Readonly<Record<RunState, number>> = { queued: 0, starting: 1, running: 2, stopping: 3, finished: 4, aborted: 4, crashed: 4 };
    for (const from of RUN_STATES)
      for (const to of RUN_STATES) {
        const before: Move[] = [{ from: null, to: from, at: at.toISOString(), cause: 'test' }];
        const isMove = order[to] > order[from] && (from !== 'queued' || ['starting', 'aborted', 'crashed'].includes(to));
        if (isMove) expect(moved(before, to, 'test', at).at(-1)).toMatchObject({ from, to });
        else expect(() => moved(before, to, 'test', at), `${from} ${to}`).toThrow(`a run cannot move from ${from} to ${to}`);
      }
  });
  test('end in three states that nothing leaves', () => {
    expect(RUN_STATES.filter(isSettled)).toEqual(['finished', 'aborted', 'crashed']);
  });
});

test('from every state that is not settled, every ending of a run is one move away or two', () => {
  for (const state of RUN_STATES.filter((s) => !isSettled(s)))
    for (const [cause, to] of Object.entries(ENDING_CAUSES)) {
      // A run that waits never came to its end.
      if (to === 'finished' && state === 'queued') continue;
      expect(MOVES[state], `${state} ends by ${cause}`).toContain(to);
    }
});

test('no walk goes on for ever', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 10, maxLength: 10 }), (choices) => {
      let state: RunState = 'queued';
      for (const choice of choices) state = MOVES[state][choice % Math.max(1, MOVES[state].length)] ?? state;
      expect(isSettled(state)).toBe(true);
    }),
  );
});
