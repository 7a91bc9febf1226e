/** An interval: all samples that ended in one second, by phase of their start, kind and name. One stored row. */
import type { Outcome, Phase, SampleKind } from '../samples/sample.ts';
import type { Folded } from './folded.ts';
import type { StoredLatency } from './histogram.ts';

export type Counts = Partial<Record<Outcome, number>>;

export interface IntervalRow {
  /** Second of the plan in which the samples ended: 0 is the first. */
  readonly second: number;
  readonly phase: Phase;
  readonly kind: SampleKind;
  /** Request name; empty for executions. */
  readonly name: string;
  /** 0 for a run on this machine. */
  readonly shard: number;
  readonly counts: Counts;
  /** Of successes; null when none. */
  readonly latency: StoredLatency | null;
  /** Per objective of the plan, in its order: how many were slower than its limit (0 for other metrics and names). */
  readonly slower: readonly number[];
  /** Requests that opened a new connection. */
  readonly newConnections: number;
  /** Checks of the answers: requests only. */
  readonly checksPassed: number;
  readonly checksFailed: number;
  /** The first detail of each failure class. */
  readonly examples: Partial<Record<Outcome, string>>;
  /** Only on the whole-run row of a second (executions, in the second's own phase). */
  readonly gauges: Gauges | null;
  /** Of an old run, whose rows are of several seconds: then the gauges stand with each of them. */
  readonly folded?: Folded;
}

/** Users are counted at this part of each second, in every framework. */
export const COUNTED_AT_MS = 980;

/** The generator's state in one second; null where the tool cannot know. */
export interface Gauges {
  readonly users: number | null;
  readonly inFlight: number | null;
  /** Since the start of the run. */
  readonly iterationsStarted: number | null;
  readonly dropped: number | null;
  /** Worst lateness of a start or of the scheduler in the second. */
  readonly lagMs: number | null;
  /** Of the process group; 1 = one core fully used. */
  readonly cpuRatio: number | null;
  readonly memoryBytes: number | null;
}

/** What is closed, stored and published together. */
export interface Batch {
  readonly sequence: number;
  readonly rows: readonly IntervalRow[];
}
