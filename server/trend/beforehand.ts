/** Runs of hours are cut into blocks before they are compared, so that others have their turn in between: the comparison, which has no turns, then finds them made. */
import { setImmediate } from 'node:timers/promises';
import { inTurns } from '../metrics/in-turns.ts';
import { cut } from './blocks.ts';
import type { Measure } from './change.ts';
import { blockLength, type Timed, timed } from './level.ts';
import type { Steady } from './steady.ts';
import { pairedLength } from './within.ts';

/** @param isWithin they are the two definitions of one run */
export async function cutBeforehand(one: Steady, other: Steady, measure: Measure, isWithin = false): Promise<void> {
  const both: Timed[] = [];
  for (const run of isWithin ? [] : [one, other]) {
    both.push(timed(run, measure));
    await setImmediate();
  }
  if (measure.metric === 'throughput') return;
  const length = isWithin ? pairedLength(one, other, measure) : blockLength(both, measure);
  for (const run of [one, other]) {
    await inTurns(cut(run, length), ({ latency }) => latency);
    await setImmediate();
  }
}
