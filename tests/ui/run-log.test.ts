import { describe, expect, it } from 'vitest';
import { MOST_LINES, NO_LINES, nextOf, toneOf, withLines } from '../../ui/src/lib/run/log-lines.ts';

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);
const update = (from: number, to: number) => ({ nextLine: to, lines: numbered(from, to) });

describe('the lines of a log', () => {
  it('follow each other, and are asked for from the next one on', () => {
    const kept = withLines(withLines(NO_LINES, update(0, 3)), update(3, 5));
    expect(kept).toEqual({ first: 0, lines: numbered(0, 5) });
    expect(nextOf(kept)).toBe(5);
  });
  it('that come twice over a lost connection are there once', () => {
    const kept = withLines(withLines(NO_LINES, update(0, 4)), update(2, 6));
    expect(kept.lines).toEqual(numbered(0, 6));
    expect(withLines(kept, update(0, 6))).toBe(kept);
  });
  it('are bounded, and keep their numbers', () => {
    let kept = NO_LINES;
    for (let at = 0; at < 2500; at += 100) kept = withLines(kept, update(at, at + 100));
    expect(kept).toEqual({ first: 2500 - MOST_LINES, lines: numbered(2500 - MOST_LINES, 2500) });
    expect(nextOf(withLines(NO_LINES, update(0, 2500)))).toBe(2500);
  });
  it('of an update without lines change nothing', () => expect(withLines(NO_LINES, { nextLine: 0, lines: [] })).toBe(NO_LINES));
  it('that speak of an error or a warning are found by their colour, too', () => {
    const tones = (lines: string[]) => lines.map(toneOf);
    expect(tones(['[2026-01-01 10:00:00,000] host/ERROR/locust: no', 'Traceback (most recent call last):', 'ModuleNotFoundError: No module named "x"', 'time="…" level=error msg="x"', 'TypeError: x is not a function'])).toEqual(Array(5).fill('fail'));
    expect(tones(['host/WARNING/locust: slow', 'level=warning msg=x'])).toEqual(['warn', 'warn']);
    expect(tones(['0 errors', 'host/INFO/locust.main: Starting Locust', '', 'no error was found'])).toEqual(['', '', '', '']);
  });
});
