/** A against B inside one run, whose iterations alternate two definitions: what the machine and the target do besides, they do to both. Pure. */
import { blockValue, cut, keptTogether, runValue } from './blocks.ts';
import { type Change, isUnfit, type Measure, type Unfit, unfit } from './change.ts';
import { changeOf } from './interval.ts';
import { LEAST_BLOCKS, nameOf, perSecond, samplesNeeded, whyLong } from './level.ts';
import { meanOf, varianceOf } from './sample.ts';
import type { Steady } from './steady.ts';

const SHORTEST = 3;
const LONGEST = 6;

/** Of a shorter steady part nothing can be said of two definitions. */
export const LEAST_WITHIN_MS = LEAST_BLOCKS * SHORTEST * 1000;

type Latency = Extract<Measure, { metric: 'latency' }>;

/** @param a steady part of the samples of the one definition, and `b` of the other, in the same windows. Throughput is the same by design: they alternate. */
export function compareWithin(a: Steady, b: Steady, measure: Latency): Change | Unfit {
  const rate = rateOf(a, b);
  if (rate === 0) return unfit('no_success', 'Nothing succeeded of one of the two: there is nothing to compare but errors.');
  const length = pairedLength(a, b, measure);
  const longest = Math.max(LONGEST, keptIn(a, b));
  if (length > longest) return unfit('too_few_samples', `A block of ${longest} s holds ${Math.floor(rate * longest)} samples of each; ${nameOf(measure)} needs ${samplesNeeded(measure)}. Run with more load.`);
  const [ofA, ofB] = [cut(a, length), cut(b, length)];
  if (ofA.length !== ofB.length) return unfit('bad_values', 'The two are not of the same run: their steady parts differ.');
  if (ofA.length < LEAST_BLOCKS) return unfit('too_few_blocks', `The steady part is cut into ${ofA.length} blocks of ${length} s; ${LEAST_BLOCKS} are needed. Run longer.${whyLong([a])}`);
  const pairs = ofA.flatMap((block, i) => {
    const other = ofB[i];
    const values = [blockValue(block, measure), other ? blockValue(other, measure) : null] as const;
    return values[0] && values[1] ? [{ log: Math.log(values[1].value / values[0].value), a: values[0].isAtLeast, b: values[1].isAtLeast }] : [];
  });
  if (pairs.length < ofA.length) return unfit('block_without_success', `Nothing succeeded of one of the two in ${ofA.length - pairs.length} of ${ofA.length} blocks, so there is no latency to compare there: look at errors.`);
  const [from, to] = [runValue(a, measure), runValue(b, measure)];
  if (isUnfit(from)) return from;
  if (isUnfit(to)) return to;
  const logs = pairs.map(({ log }) => log);
  return changeOf({
    measure,
    method: 'pairedBlocks',
    baseline: from.value,
    current: to.value,
    log: meanOf(logs),
    known: { variance: varianceOf(logs) / logs.length, freedom: logs.length - 1 },
    noise: null,
    noiseRatio: 0,
    runs: 1,
    atLeast: { baseline: pairs.some((pair) => pair.a), current: pairs.some((pair) => pair.b) },
  });
}

const keptIn = (a: Steady, b: Steady): number => Math.max(keptTogether(a), keptTogether(b));
const rateOf = (a: Steady, b: Steady): number => Math.min(perSecond(a), perSecond(b));

/** Seconds of a block. */
export function pairedLength(a: Steady, b: Steady, measure: Measure): number {
  return Math.max(SHORTEST, keptIn(a, b), Math.ceil(samplesNeeded(measure) / rateOf(a, b)));
}
