import { describe, expect, test } from 'vitest';
import { Position } from '../../../server/clouds/kubernetes/position.ts';

const at = (time: string, text: string) => `2026-12-01T10:00:${time} ${text}`;

describe('how far a log was read', () => {
  test('its lines are told without their times, whatever stands in them', () => {
    const position = new Position();
    expect(position.resume()).toEqual({});
    expect([at('00.000000001Z', '["closed",0,1,1]'), at('00.5Z', ''), at('01Z', ' a b '), 'half a li'].map((line) => position.read(line))).toEqual(['["closed",0,1,1]', '', ' a b ', null]);
  });

  test('taken up again it begins at the whole second, and tells no line twice and none too few', () => {
    const position = new Position();
    const lines = [at('01.900000000Z', 'a'), at('02.100000001Z', 'b'), at('02.100000002Z', 'c'), at('02.100000002Z', 'c'), at('02.100000002Z', 'd'), at('02.100000003Z', 'e')];
    for (const line of lines.slice(0, 4)) position.read(line);
    for (let broken = 0; broken < 3; broken++) {
      expect(position.resume()).toEqual({ sinceTime: '2026-12-01T10:00:02.000Z' });
      expect(lines.slice(1, 4).map((line) => position.read(line))).toEqual([null, null, null]);
    }
    expect(lines.slice(4).map((line) => position.read(line))).toEqual(['d', 'e']);
  });

  test('a node with a time zone of its own, and lines of both outputs in another order than their times', () => {
    const position = new Position();
    expect([at('02.5+02:00', 'later'), at('02.4+02:00', 'written later')].map((line) => position.read(line))).toEqual(['later', 'written later']);
    expect(position.resume()).toEqual({ sinceTime: '2026-12-01T08:00:02.000Z' });
    expect([at('02.5+02:00', 'later'), at('02.4+02:00', 'written later'), at('02.6+02:00', 'new')].map((line) => position.read(line))).toEqual([null, null, 'new']);
  });
});
