/** The level of one run, on a log scale, with what its own blocks say of how sure that is. */
import { autocorrelationTime, sharedBetween } from './autocorrelation.ts';
import { type Block, blockValue, cut, keptTogether, LEAST_SAMPLES, secondsOf } from './blocks.ts';
import { type Measure, type Unfit, unfit } from './change.ts';
import { once } from './once.ts';
import { meanOf, type Uncertainty, varianceOf } from './sample.ts';
import type { Steady } from './steady.ts';

export const LEAST_BLOCKS = 12;
const LONG_BLOCK = 10;
const SHORT_BLOCK = 5;
/** Fewer than that, counted by what they have not in common, are not a sample of anything. */
const LEAST_APART = 5;

export interface Level extends Uncertainty {
  readonly log: number;
  /** A percentile of some block is only known to be at least that. */
  readonly isAtLeast: boolean;
}

/** A run, and for how many seconds its values hang together. */
export interface Timed {
  readonly run: Steady;
  readonly time: number;
}

export function timed(run: Steady, { metric }: Measure): Timed {
  return { run, time: timeOf(run, metric) };
}

const timeOf = once((run: Steady, metric: Measure['metric']) => autocorrelationTime(secondsOf(run, { metric })));

/** Seconds of a block, the same for both runs: long enough for its samples and for what hangs together, short enough for 12 of them. */
export function blockLength(runs: readonly Timed[], measure: Measure): number {
  const needed = runs.flatMap(({ run, time }) => [2 * time, samplesNeeded(measure) / Math.max(perSecond(run), Number.MIN_VALUE)]);
  const longest = Math.min(...runs.map(({ run }) => Math.floor(secondsIn(run) / LEAST_BLOCKS)));
  let length = Math.min(longest, Math.max(LONG_BLOCK, ...needed.map(Math.ceil)));
  while (length > SHORT_BLOCK && runs.some(({ run }) => blocksIn(run, length) < LEAST_BLOCKS)) length -= 1;
  const together = Math.max(...runs.map(({ run }) => keptTogether(run)));
  return Math.ceil(Math.max(SHORT_BLOCK, length) / together) * together;
}

const secondsIn = (run: Steady): number => blocksIn(run, 1);
const blocksIn = ({ windows }: Steady, length: number): number => windows.reduce((sum, { seconds }) => sum + Math.floor(seconds.length / length), 0);

export function levelOf({ run, time }: Timed, measure: Measure, length: number): Level | Unfit {
  const blocks = cut(run, length);
  if (blocks.length < LEAST_BLOCKS) return unfit('too_few_blocks', `The steady part is cut into ${blocks.length} blocks of ${length} s; ${LEAST_BLOCKS} are needed. Run longer.${whyLong([run])}`);
  const needed = samplesNeeded(measure);
  if (perSecond(run) * length < needed) return unfit('too_few_samples', `A block of ${length} s holds ${Math.floor(perSecond(run) * length)} samples; ${nameOf(measure)} needs ${needed}. Run longer, or with more load.`);
  const values = logsOf(blocks, measure);
  if ('code' in values) return values;
  const apart = blocks.length / sharedBetween(time, length);
  if (apart < LEAST_APART) return unfit('too_few_blocks', 'The run was still drifting in its steady part, so its blocks are no independent evidence. Give it a longer warm-up, or run longer.');
  return { log: values.log, isAtLeast: values.isAtLeast, variance: values.variance / apart, freedom: apart - 1 };
}

/** Of latencies the mean of the logs of blocks. Of throughput the log of their mean, so that a block in which nothing succeeded counts as 0. */
function logsOf(blocks: readonly Block[], measure: Measure): Pick<Level, 'log' | 'isAtLeast' | 'variance'> | Unfit {
  const found = blocks.map((block) => blockValue(block, measure));
  const values = found.flatMap((each) => each?.value ?? []);
  if (values.every((value) => value === 0)) return unfit('no_success', 'Nothing succeeded in the steady part of a run: there is nothing to compare but its errors.');
  if (measure.metric === 'throughput') return { log: Math.log(meanOf(values)), isAtLeast: false, variance: varianceOf(values) / meanOf(values) ** 2 };
  const none = blocks.length - values.length;
  if (none > 0) return unfit('block_without_success', `Nothing succeeded in ${none} of ${blocks.length} blocks, so they have no latency: look at errors and throughput.`);
  const logs = values.map(Math.log);
  return { log: meanOf(logs), isAtLeast: found.some((each) => each?.isAtLeast), variance: varianceOf(logs) };
}

/** One of which that is true. */
export function whyLong(runs: readonly Steady[]): string {
  const together = Math.max(...runs.map(keptTogether));
  return together > 1 ? ` Of a run that is so old the latencies of ${together} s are kept together, and a block cannot be shorter.` : '';
}

export function samplesNeeded(measure: Measure): number {
  return measure.metric === 'throughput' ? 0 : LEAST_SAMPLES[measure.statistic];
}

export function nameOf(measure: Measure): string {
  return measure.metric === 'throughput' ? 'throughput' : measure.statistic;
}

/** Successes and those that had no end in time: the ones that have a latency. */
export function perSecond({ whole: { counts }, ms }: Steady): number {
  const { ok = 0, timeout = 0, poll_deadline: late = 0 } = counts;
  return ((ok + timeout + late) * 1000) / ms;
}
