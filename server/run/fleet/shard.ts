/** One shard as it is seen from here: what it has told, what is missing of it, and how late it is. */
import type { FleetNews, ShardState } from '../../clouds/cloud.ts';
import { hasEnded } from '../../clouds/cloud.ts';
import type { Outcome } from '../../samples/sample.ts';
import { addCounts } from '../../metrics/add-counts.ts';
import type { IntervalRow } from '../../metrics/interval.ts';
import { shown } from '../../workflow/shown.ts';
import { type Strain, strainOf } from '../health.ts';
import type { ShardReport } from '../run.ts';
import { type ShardLine, ShardLines, type Totals } from '../shard/lines.ts';
import { ENDING_CAUSES } from '../state.ts';
import { clockOffsetMs, lateMsOf, shiftOf } from './alignment.ts';
import { Seen } from './seen.ts';

type Begin = Extract<ShardLine, { kind: 'begin' }>;
type End = Extract<ShardLine, { kind: 'end' }>;

export interface ShardOf {
  readonly index: number;
  /** Plan second 0, epoch ms of this server. */
  readonly startAt: number;
  readonly lagMs: number;
  /** The plan has a part that is judged. */
  readonly hasSteady: boolean;
  /** `row.second`: of the run, by this server's clock. */
  onRow(row: IntervalRow): void;
  onLog(lines: readonly string[]): void;
}

/** Later than this it is said. */
const LATE_MS = 1000;

/** What has become of a shard whose load ended so. */
const STATE_AFTER = { finished: 'succeeded', aborted: 'stopped', crashed: 'failed' } as const;
const MOST_OF_MESSAGE = 300;

export class Shard {
  state: ShardState = 'pending';
  begin: Begin | null = null;
  end: End | null = null;
  lateMs: number | null = null;
  /** Seconds of the run before this one are told. */
  closed = 0;
  #reason: string | null = null;
  #leastDelayMs = Number.POSITIVE_INFINITY;
  #offsetMs = 0;
  readonly #cpu: number[] = [];
  readonly #lag: number[] = [];
  readonly #lines = new ShardLines();
  readonly #seen = new Seen();
  readonly #told = { request: {} as Partial<Record<Outcome, number>>, execution: {} as Partial<Record<Outcome, number>> };
  readonly #of: ShardOf;

  constructor(of: ShardOf) {
    this.#of = of;
  }

  get index(): number {
    return this.#of.index;
  }

  /** Nothing more is expected of it. */
  get isOver(): boolean {
    return this.end !== null || hasEnded(this.state);
  }

  take(news: FleetNews, now: number): void {
    if ('state' in news) {
      // What an engine tells late does not bring a shard back.
      if (hasEnded(this.state)) return;
      this.state = news.state;
      this.#reason = news.reason;
      return;
    }
    const line = this.#lines.read(news.line);
    if (!line || line.shard !== this.index) return;
    if (this.state === 'pending') this.state = 'running';
    this.#takeLine(line, now);
  }

  /** Once more, as its place keeps it: what its tool printed is not numbered, and has been told. */
  takeStored(text: string, now: number): void {
    const line = this.#lines.read(text);
    if (line?.shard !== this.index || line.kind === 'log' || line.kind === 'waiting') return;
    // When it was printed nobody knows now, so its clock is believed as far as it was seen.
    if (line.kind === 'begin') this.#beginOnce(line);
    else this.#takeLine(line, now);
  }

  #takeLine(line: ShardLine, now: number): void {
    switch (line.kind) {
      case 'waiting':
        this.#leastDelayMs = Math.min(this.#leastDelayMs, now - line.clockMs);
        return;
      case 'begin':
        this.#leastDelayMs = Math.min(this.#leastDelayMs, now - line.clockMs);
        return this.#beginOnce(line);
      case 'log':
        return this.#of.onLog(line.lines);
      case 'end':
        this.end ??= line;
        return;
      case 'closed':
        if (this.#seen.add(line.seq)) this.closed = Math.max(this.closed, line.until + this.#shift);
        return;
      case 'interval':
        if (!this.#seen.add(line.seq)) return;
        addCounts(this.#told[line.row.kind], line.row.counts);
        this.#watch(line.row);
        this.#of.onRow({ ...line.row, second: line.row.second + this.#shift });
    }
  }

  /** As the run of one machine: of the steady part, and not of the first second, in which a tool is still getting ready. */
  #watch({ second, phase, gauges }: IntervalRow): void {
    if (gauges === null || second === 0 || (phase !== 'steady' && this.#of.hasSteady)) return;
    if (gauges.cpuRatio !== null) this.#cpu.push(gauges.cpuRatio);
    if (gauges.lagMs !== null) this.#lag.push(gauges.lagMs);
  }

  get strain(): Strain {
    return strainOf(this.#cpu, this.#lag);
  }

  #beginOnce(line: Begin): void {
    if (this.begin !== null) return;
    this.begin = line;
    this.#offsetMs = Number.isFinite(this.#leastDelayMs) ? clockOffsetMs(this.#leastDelayMs, this.#of.lagMs) : 0;
    this.lateMs = Math.round(lateMsOf(line.startedAt, this.#offsetMs, this.#of.startAt));
  }

  get #shift(): number {
    return shiftOf(this.lateMs ?? 0);
  }

  /** Of its lines, so far. */
  get missing(): number {
    return this.end ? this.#seen.missingOf(this.end.seq) : this.#seen.missing;
  }

  /** Everything that it told has come, to the last request. */
  get isWhole(): boolean {
    return this.end !== null && this.missing === 0 && same(this.#told, this.end.totals);
  }

  get requests(): number {
    return Object.values(this.#told.request).reduce((sum, count) => sum + count, 0);
  }

  /** To its place a container whose tool broke has ended well, as one has that was stopped: what it said last counts more. */
  get #outcome(): ShardState {
    if (this.end === null || this.state === 'failed' || this.state === 'stopped') return this.state;
    return STATE_AFTER[ENDING_CAUSES[this.end.ending.cause]];
  }

  /** Why its load did not come to its end; null: it did, it was asked to end, or nothing is known. */
  get #broken(): string | null {
    if (this.end === null || this.end.ending.cause === 'stop_asked' || this.#outcome === 'succeeded') return null;
    return shown(this.end.ending.message, MOST_OF_MESSAGE);
  }

  /** What is wrong with it, in a sentence; null: nothing. */
  get problem(): string | null {
    if (this.state === 'failed' || (this.state === 'stopped' && this.end === null)) return this.#reason ?? 'It ended without a word.';
    if (this.state === 'stopped' && this.#reason !== null) return this.#reason;
    if (this.#broken !== null) return this.#broken;
    if (this.state === 'pending') return this.#reason;
    if (this.lateMs !== null && Math.abs(this.lateMs) > LATE_MS && Math.abs(this.#offsetMs) < LATE_MS) return `It began ${seconds(Math.abs(this.lateMs))} ${this.lateMs > 0 ? 'late' : 'early'}.`;
    if (Math.abs(this.#offsetMs) >= LATE_MS) return `Its clock is ${seconds(Math.abs(this.#offsetMs))} ${this.#offsetMs > 0 ? 'behind' : 'ahead'}; its seconds were moved by that.`;
    return null;
  }

  get report(): ShardReport {
    return { index: this.index, state: this.#outcome, requests: this.requests, lateMs: this.lateMs, problem: this.problem };
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function same(told: Totals, totals: Totals): boolean {
  return (['request', 'execution'] as const).every((kind) => {
    const outcomes = new Set([...Object.keys(told[kind]), ...Object.keys(totals[kind])]) as ReadonlySet<Outcome>;
    return [...outcomes].every((outcome) => (told[kind][outcome] ?? 0) === (totals[kind][outcome] ?? 0));
  });
}
