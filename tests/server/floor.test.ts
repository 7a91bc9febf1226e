import { expect, test } from 'vitest';
import { floorOf, floorReasons, type SelfCheck } from '../../server/run/floor.ts';

const floor: SelfCheck = { p50Ms: 1, p99Ms: 4, latenessP99Ms: 2 };

test('a floor is said when it is more than a fifth of what was measured', () => {
  expect(floorReasons(floor, { p50Ms: 5, p99Ms: 20 })).toEqual([]);
  expect(floorReasons(floor, { p50Ms: 4.9, p99Ms: 19 })).toEqual([
    "Of the 4.9 ms measured (p50) up to 1 ms may be this machine's own: an echo on it took that just before.",
    "Of the 19 ms measured (p99) up to 4 ms may be this machine's own: an echo on it took that just before.",
  ]);
});
test('of a floor above what was measured, all may be the machine', () => {
  expect(floorReasons(floor, { p50Ms: 10, p99Ms: 3 })).toEqual(["All of the 3 ms measured (p99) may be this machine's own: an echo on it took 4 ms just before."]);
});
test('a floor that is twice the one before the baseline is said, also when nothing was measured; a little more is not', () => {
  const slower = ['The machine was slower than before the baseline: an echo on it took 1 ms (p50) just before, and 0.5 ms then.'];
  expect(floorReasons(floor, { p50Ms: 100, p99Ms: 400 }, { floorP50Ms: 0.5, floorP99Ms: 2.1 })).toEqual(slower);
  expect(floorReasons(floor, null, { floorP50Ms: 0.5, floorP99Ms: null })).toEqual(slower);
  expect(floorReasons(floor, { p50Ms: 100, p99Ms: 400 }, { floorP50Ms: 0.6, floorP99Ms: 2.1 })).toEqual([]);
  expect(floorReasons(floor, { p50Ms: 100, p99Ms: 400 }, {})).toEqual([]);
});
test('a machine that was late with next to no load is said, also when nothing was measured afterwards', () => {
  expect(floorReasons({ ...floor, latenessP99Ms: 35 }, null)).toEqual(['This machine was busy before the run began: with next to no load the generator was late by 35 ms (p99).']);
});
test('a self-check that failed is said; one that was not made is not', () => {
  expect(floorReasons({ problem: 'Locust took longer than 30 s for it.' }, { p50Ms: 1, p99Ms: 1 })).toEqual(['This machine could not be measured before the run: Locust took longer than 30 s for it.']);
  expect([floorReasons(undefined, { p50Ms: 1, p99Ms: 1 }), floorOf(undefined)]).toEqual([[], { floorP50Ms: null, floorP99Ms: null }]);
  expect([floorOf({ problem: 'x' }), floorOf(floor)]).toEqual([{ floorP50Ms: null, floorP99Ms: null }, { floorP50Ms: 1, floorP99Ms: 4 }]);
});
