/**
 * Lines of a run that is long over, as fast as they are read: samples -> intervals -> batches, closed by the times that the lines tell. The same rows come out as of
 * a run that was watched. Pure but for its own state.
 */
import { Collector, phaseAt } from '../../metrics/collector.ts';
import { LatencyHistogram } from '../../metrics/histogram.ts';
import type { Batch, IntervalRow } from '../../metrics/interval.ts';
import type { SampleLine } from '../../samples/sample.ts';
import { scriptObjective } from '../../script/objective.ts';
import { Refusal } from '../../refusal.ts';
import type { ResolvedPlan } from '../../script/resolve.ts';
import { type EarlyAbort, earlyAbortOf } from '../early-abort.ts';

type Begin = Extract<SampleLine, { kind: 'begin' }>;
type End = Extract<SampleLine, { kind: 'end' }>;

/** A second is closed when a line tells of one so much later: tools tell of requests a little out of their order. */
const LATE_SECONDS = 2;
/** Of a batch: a statement for each second would take longer than all of the reading. */
const BATCH_ROWS = 500;
/** After the plan's end and its longest iteration; a later line is a mistake, and would be as many empty seconds. */
const MAX_AHEAD_MS = 60_000;

export class Gathered {
  begin: Begin | null = null;
  end: End | null = null;
  unreadable = 0;
  /** When the last of what is told was over, in ms since second 0. */
  lastLineMs = 0;
  /** How late iterations of the steady part started. */
  readonly lag = new LatencyHistogram();
  readonly clockStepMs = null;
  /** The objective that a script gave up on; null: none. */
  broken: EarlyAbort | null = null;
  readonly #plan: ResolvedPlan;
  readonly #tellsEach: boolean;
  readonly #collector: Collector;
  readonly #abort: ReturnType<typeof earlyAbortOf>;
  #executions = 0;
  #closed = 0;
  #sequence = 0;
  #rows: IntervalRow[] = [];

  /** @param tellsEach each iteration is an execution that has its line, unless it was interrupted */
  constructor(plan: ResolvedPlan, tellsEach: boolean) {
    this.#plan = plan;
    this.#tellsEach = tellsEach;
    this.#collector = new Collector({ steady: plan.steady, warmUpMs: plan.warmUpMs, objectives: plan.objectives.map(scriptObjective) });
    this.#abort = earlyAbortOf(plan);
  }

  /** Requests whose name was one too many. */
  get requestsFolded(): number {
    return this.#collector.folded;
  }

  /** null: not a line. @returns the batches that are complete now */
  add(line: SampleLine | null): Batch[] {
    if (line?.kind === 'begin' && this.begin !== null) throw new Refusal('invalid_results', 'These lines are of more than one run (k6 appends to a file that is there already): bring each run in a file of its own.');
    // Nothing comes before the first line, and nothing after the last.
    if (line === null || this.end !== null || (line.kind === 'begin') === (this.begin !== null)) {
      this.unreadable += 1;
      return [];
    }
    if (line.kind === 'begin') this.begin = line;
    else if (line.kind === 'end') this.end = { ...line, linesLost: line.linesLost + this.#missing(line) };
    else return this.#sample(line);
    return [];
  }

  /** A script counts what it starts: lines that were lost on the way, or stand there twice, do not add up to that. */
  #missing({ iterationsStarted, interrupted, inFlight }: End): number {
    // An iteration that waits for its next poll is interrupted, and has no request in flight.
    const unfinished = Math.max(interrupted, inFlight);
    return this.#tellsEach ? Math.abs(iterationsStarted - unfinished - this.#executions) : 0;
  }

  /** What is left. */
  rest(): Batch[] {
    const batches: Batch[] = [];
    const end = Math.max(this.#collector.end, Math.ceil(this.lastLineMs / 1000));
    for (let until = this.#closed + 1; until <= end; until++) batches.push(...this.#close(until));
    return [...batches, ...this.#flush()];
  }

  #sample(line: Exclude<SampleLine, Begin | End>): Batch[] {
    const micros = line.kind === 'gauge' ? line.atMicros : line.startMicros + line.durationMicros;
    if (micros / 1000 > this.#plan.durationMs + this.#plan.longestIterationMs + MAX_AHEAD_MS) {
      this.unreadable += 1;
      return [];
    }
    this.lastLineMs = Math.max(this.lastLineMs, micros / 1000);
    if (line.kind === 'request' && line.extra.startLagMicros !== undefined && phaseAt(this.#plan, line.startMicros / 1000) === 'steady') this.lag.record(Math.max(0, line.extra.startLagMicros));
    if (line.kind === 'execution' || (line.kind === 'request' && line.extra.exec)) this.#executions += 1;
    this.#collector.add(line);
    const batches: Batch[] = [];
    for (let until = this.#closed + 1; until <= micros / 1e6 - LATE_SECONDS; until++) batches.push(...this.#close(until));
    return batches;
  }

  /** @param until the second before which all are over */
  #close(until: number): Batch[] {
    const batch = this.#collector.close(until);
    this.#closed = until;
    this.broken ??= this.#abort(batch, until, false);
    const rows = batch?.rows ?? [];
    // A second has one row of each name in a batch: what comes late to it goes into the next.
    const before = rows.some(({ second }) => second < until - 1) ? this.#flush() : [];
    this.#rows.push(...rows);
    return this.#rows.length < BATCH_ROWS ? before : [...before, ...this.#flush()];
  }

  #flush(): Batch[] {
    if (this.#rows.length === 0) return [];
    this.#sequence += 1;
    const rows = this.#rows;
    this.#rows = [];
    return [{ sequence: this.#sequence, rows }];
  }
}
