import { describe, expect, test } from 'vitest';
import { missedLimits } from '../../bench/_limits.ts';
import { missedFlat } from '../../bench/_memory.ts';

describe('a bench', () => {
  const limits = { times: 8, ms: 200, memory: 6 };
  const cost = { ms: 80, stringifyMs: 10, memory: 6 };

  test('says nothing when every limit is kept, to the last of it', () => {
    expect(missedLimits('k6 at 5 MB', limits, cost)).toEqual([]);
    expect(missedLimits('k6 at 10 MB', { ...limits, times: null }, { ...cost, stringifyMs: 1 })).toEqual([]);
  });

  test('says which limit was missed, and by how much', () => {
    expect(missedLimits('k6 at 5 MB', limits, { ms: 210, stringifyMs: 10, memory: 6.04 })).toEqual([
      'MISSED: k6 at 5 MB takes 21.00 x JSON.stringify, at most 8 x',
      'MISSED: k6 at 5 MB takes 210 ms, at most 200 ms',
      'MISSED: k6 at 5 MB takes 6.04 x the definition of memory, at most 6 x',
    ]);
  });

  test('that could not measure has missed', () => {
    expect(missedLimits('k6 at 5 MB', limits, { ms: Number.NaN, stringifyMs: 10, memory: Number.NaN })).toHaveLength(3);
  });
});

describe('memory of a bench', () => {
  const missed = (tenths: number[]) => missedFlat('a run', tenths.map((megabytes) => megabytes * 1e6));

  test('is flat when it is at the end what it was after a tenth, or little more', () => {
    expect(missed([10, 50, 55, 48, 50, 52, 50, 51, 50, 54])).toEqual([]);
  });
  test('has grown when it is more', () => {
    expect(missed([50, 50, 51, 52, 53, 54, 55, 56, 57, 58])).toEqual(['MISSED: a run holds 58.0 MB at the end and held 50.0 MB after a tenth: it grows']);
  });
  test('that was not looked at often enough has been missed', () => {
    for (const looks of [[], [50], [50, 50], new Array<number>(9).fill(50)]) expect(missed(looks), looks.join()).toEqual([`MISSED: the memory of a run was looked at ${looks.length} times, at least 10 are needed`]);
    expect(missed(new Array<number>(10).fill(50))).toEqual([]);
    expect(missed(new Array<number>(10).fill(Number.NaN))).toHaveLength(1);
  });
});
