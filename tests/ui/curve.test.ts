/** The stages of a load as points of a curve: both are the same data, whichever of them is changed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curveOf, keySteps, moved, pointAfter, pointerSteps, withoutPoint, withPoint } from '../../ui/src/lib/plan/curve.ts';
import { canRedo, changed, madeAgain, NO_HISTORY, takenBack } from '../../ui/src/lib/plan/history.ts';
import { maxUsersAfter } from '../../ui/src/lib/plan/load.ts';
import { durationText } from '../../ui/src/lib/plan/typed.ts';

const stages = [
  { duration: '1:00', level: '20' },
  { duration: '30 s', level: '20' },
  { duration: '0 s', level: '5' },
];
const points = [{ atMs: 60_000, level: 20 }, { atMs: 90_000, level: 20 }, { atMs: 90_000, level: 5 }];

describe('the points of a curve', () => {
  it('stand where stages end', () => expect(curveOf(stages)).toEqual(points));

  it.each([[[]], [[{ duration: 'soon', level: '5' }]], [[{ duration: '5 s', level: '' }]], [[{ duration: '5 s', level: '-1' }]]])('are none where a stage cannot be read: %j', (unreadable) =>
    expect(curveOf(unreadable)).toBeNull());

  it('are moved alone: neighbours stay, and what is not touched stays as it was typed', () => {
    expect(moved(stages, 0, { atMs: 75_000, level: 20 })).toEqual([{ duration: '1 min 15 s', level: '20' }, { duration: '15 s', level: '20' }, { duration: '0 s', level: '5' }]);
    expect(moved(stages, 0, { atMs: 60_000, level: 25.5 })).toEqual([{ duration: '1:00', level: '25.5' }, ...stages.slice(1)]);
    expect(moved(stages, 2, { atMs: 100_000, level: -3 })).toEqual([...stages.slice(0, 2), { duration: '10 s', level: '0' }]);
    expect(moved(stages, 7, { atMs: 1, level: 1 })).toEqual(stages);
  });

  const stage = fc.record({ duration: fc.integer({ min: 0, max: 600 }).map((seconds) => durationText(seconds * 1000)), level: fc.integer({ min: 0, max: 500 }).map(String) });
  const some = fc.array(stage, { minLength: 1, maxLength: 8 });

  it('never pass their neighbours, wherever they are dragged', () => {
    fc.assert(
      fc.property(some, fc.nat(7), fc.integer({ min: -1e6, max: 1e7 }), fc.double({ min: -10, max: 1000, noNaN: true }), (given, at, atMs, level) => {
        const index = at % given.length;
        const [before, after] = [curveOf(given), curveOf(moved(given, index, { atMs, level }))];
        expect(after).toHaveLength(given.length);
        for (const [i, point] of (after ?? []).entries()) if (i !== index) expect(point).toEqual(before?.[i]);
      }),
    );
  });

  it('are added and taken away without the others moving', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: 0, max: 500 }), (given, seconds, level) => {
        const { stages: more, index } = withPoint(given, { atMs: seconds * 1000, level });
        expect(curveOf(more)?.[index]).toEqual({ atMs: seconds * 1000, level });
        expect(curveOf(withoutPoint(more, index))).toEqual(curveOf(given));
      }),
    );
    expect(withoutPoint([{ duration: '5 s', level: '1' }], 0)).toHaveLength(1);
  });

  it('have a place for one more: half-way to the next, or behind the last', () => {
    expect(pointAfter(points, 0, 'closed')).toEqual({ atMs: 75_000, level: 20 });
    expect(pointAfter([{ atMs: 0, level: 0 }, { atMs: 10, level: 5 }], 0, 'closed')).toEqual({ atMs: 5, level: 3 });
    expect(pointAfter([{ atMs: 0, level: 0 }, { atMs: 10, level: 5 }], 0, 'open')).toEqual({ atMs: 5, level: 2.5 });
    expect(pointAfter(points, 2, 'open')).toEqual({ atMs: 110_000, level: 5 });
  });

  it('move by steps that fit the load', () => {
    expect(keySteps(points, 'closed')).toEqual({ atMs: 5_000, level: 1 });
    expect(keySteps([{ atMs: 20_000, level: 0.5 }], 'open')).toEqual({ atMs: 1_000, level: 0.1 });
    expect(pointerSteps({ atMs: 180, level: 0.03 }, 'closed')).toEqual({ atMs: 200, level: 1 });
    expect(pointerSteps({ atMs: 31_000, level: 0.03 }, 'open')).toEqual({ atMs: 60_000, level: 0.05 });
    expect(pointerSteps({ atMs: 1e9, level: 6 }, 'closed')).toEqual({ atMs: 3_600_000, level: 10 });
  });
});

describe('what is changed on the curve', () => {
  const open = (maxUsers: string) => ({ model: 'open', stages: [{ duration: '10 s', level: '2' }], maxUsers }) as const;

  it('lets the room in flight follow the highest rate, unless somebody has said another', () => {
    expect(maxUsersAfter(open('8'), [{ duration: '10 s', level: '30' }])).toBe('120');
    expect(maxUsersAfter(open('77'), [{ duration: '10 s', level: '30' }])).toBe('77');
    expect(maxUsersAfter(open('8'), [{ duration: '10 s', level: '' }])).toBe('1');
  });

  it('is taken back and made again, step by step', () => {
    const both = changed(changed(NO_HISTORY, { before: 'a', after: 'b', kind: null }), { before: 'b', after: 'c', kind: null });
    const one = takenBack(both, 'c');
    expect(one?.show).toBe('b');
    const two = takenBack(one?.history ?? both, 'b');
    expect(two?.show).toBe('a');
    expect(takenBack(two?.history ?? both, 'a')).toBeNull();
    const again = madeAgain(two?.history ?? both, 'a');
    expect([again?.show, madeAgain(again?.history ?? both, 'b')?.show]).toEqual(['b', 'c']);
  });

  it('is one step for a point that is dragged, and what was typed in between is another', () => {
    const dragged = ['b', 'c'].reduce((history, after, i) => changed(history, { before: i === 0 ? 'a' : 'b', after, kind: 'drag 1' }), NO_HISTORY);
    expect(dragged.done).toHaveLength(1);
    const typed = takenBack(dragged, 'typed');
    expect(typed?.show).toBe('c');
    const back = takenBack(typed?.history ?? dragged, 'c');
    expect(back?.show).toBe('a');
    const again = madeAgain(back?.history ?? dragged, 'a');
    expect(madeAgain(again?.history ?? dragged, 'c')?.show).toBe('typed');
    // Another change since: there is nothing to make again.
    expect(madeAgain(back?.history ?? dragged, 'x')).toBeNull();
    expect(canRedo(changed(back?.history ?? dragged, { before: 'a', after: 'd', kind: 'drag 2' }), 'a')).toBe(false);
  });
});
