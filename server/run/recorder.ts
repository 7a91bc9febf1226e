/**
 * One run's lines while it runs: bytes -> samples -> intervals -> rows. Closes each second 500 ms after its end, stores
 * it with the usage of the process group, and says so. Knows nothing of how the run ends.
 */
import type { Readable } from 'node:stream';
import type { Collector } from '../metrics/collector.ts';
import { LatencyHistogram } from '../metrics/histogram.ts';
import type { Batch } from '../metrics/interval.ts';
import { readLines } from '../samples/lines.ts';
import type { SampleLine } from '../samples/sample.ts';
import { ClockWatch } from './clock-watch.ts';
import type { Usage } from './usage.ts';

type Begin = Extract<SampleLine, { kind: 'begin' }>;
type End = Extract<SampleLine, { kind: 'end' }>;

export interface RecorderOptions {
  readonly collector: Collector;
  /** The first line: the tool runs and plan second 0 is known. Stored before all batches; reading does not wait for it. */
  onBegin(begin: Begin): Promise<void>;
  /** Lines of the protocol have come, one or many together; when the last one is among them, `end` is set. */
  onLines(): void;
  save(batch: Batch, startedAt: Date): Promise<void>;
  /** All seconds before `until` are over; `batch` is what has come to them since. */
  onClosed(batch: Batch | null, until: number): void;
  usage(): Usage;
  /** Lateness counts in the steady part only: users that are made on the way start late once. */
  isSteady(atMs: number): boolean;
  /** What the tool's times are counted by: a monotonic clock, the default, is not watched, so that a busy tool's late lines are nothing else. */
  readonly clock?: 'monotonic' | 'wall';
  /** A write failed or the stream broke: the run must end. */
  onTrouble(error: unknown): void;
  /** Milliseconds by a clock that does not jump. Default: this machine's. */
  now?(): number;
}

const TICK_MS = 250;
/** A second is closed so long after its end. */
const CLOSE_AFTER_MS = 500;
/** Second 0 may lie that far from the line that names it (users are made first); further off, a clock was set. */
const MAX_AGE_MS = 60_000;
/** A line about a moment so far in the future is a mistake, and would be as many empty seconds. */
const MAX_AHEAD_MS = 60_000;

/** Disposed of, it reads no more and leaves no timer. */
export class Recorder implements Disposable {
  begin: Begin | null = null;
  end: End | null = null;
  unreadable = 0;
  /** When the last line came, in ms since plan second 0: the load was over then. */
  lastLineMs = 0;
  /** How late iterations of the steady part started. */
  readonly lag = new LatencyHistogram();
  readonly #clock: ClockWatch | null;
  #clockAtBegin = 0;
  #closed = 0;
  #saving: Promise<void> = Promise.resolve();
  #ticker: NodeJS.Timeout | null = null;
  #stream: Readable | null = null;
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#clock = options.clock === 'wall' ? new ClockWatch() : null;
  }

  /** By how much the tool's clock was set, as far as can be seen. */
  get clockStepMs(): number | null {
    return this.#clock?.stepMs ?? null;
  }

  /** Requests whose name was one too many. */
  get requestsFolded(): number {
    return this.#options.collector.folded;
  }

  /** Milliseconds since plan second 0, by a clock that does not jump; 0 before the first line. */
  get elapsedMs(): number {
    return this.begin ? this.#now() - this.#clockAtBegin : 0;
  }

  /** Reads to the end of the stream, as fast as lines come: nothing here waits for the database. Never rejects: trouble is reported. */
  async read(stream: Readable): Promise<void> {
    this.#stream = stream;
    try {
      for await (const lines of readLines(stream)) this.#takeAll(lines);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') this.#options.onTrouble(error);
    }
  }

  /** What has come together has come now. */
  #takeAll(lines: readonly (SampleLine | null)[]): void {
    let cameMs = this.elapsedMs;
    let hasCome = false;
    for (const line of lines) {
      // Not of the protocol, or out of its order: a second begin, or anything before the first.
      if (line === null || (line.kind === 'begin') === (this.begin !== null)) this.unreadable += 1;
      else {
        hasCome = true;
        if (line.kind === 'begin') {
          this.#begin(line);
          cameMs = this.elapsedMs;
        } else this.#take(line, cameMs);
      }
    }
    if (hasCome) this.#options.onLines();
  }

  #take(line: Exclude<SampleLine, Begin>, cameMs: number): void {
    if (line.kind === 'end') {
      this.lastLineMs = Math.max(0, cameMs);
      return this.#end(line);
    }
    const aboutMs = (line.kind === 'gauge' ? line.atMicros : line.startMicros + line.durationMicros) / 1000;
    this.#clock?.line(aboutMs, cameMs);
    if (aboutMs > cameMs + MAX_AHEAD_MS) {
      this.unreadable += 1;
      return;
    }
    this.lastLineMs = Math.max(0, cameMs);
    if (line.kind === 'request' && line.extra.startLagMicros !== undefined && this.#options.isSteady(line.startMicros / 1000)) this.lag.record(Math.max(0, line.extra.startLagMicros));
    this.#options.collector.add(line);
  }

  /** The load is over: the seconds that the tool takes to leave are no seconds of the run. */
  #end(line: End): void {
    this.end = line;
    this.#stopTicking();
    this.#close(Math.max(this.#options.collector.end, Math.floor(this.elapsedMs / 1000)));
  }

  #begin(line: Begin): void {
    this.begin = line;
    // Second 0 may still be to come: k6 says when it will be.
    const ageMs = Math.min(Math.max(Date.now() - line.startedAt, -MAX_AGE_MS), MAX_AGE_MS);
    this.#clockAtBegin = this.#now() - ageMs;
    this.#saving = this.#then(() => this.#options.onBegin(line));
    this.#options.usage(); // the first reading is what later ones are compared with
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const until = Math.floor((this.elapsedMs - CLOSE_AFTER_MS) / 1000);
    if (until <= this.#closed) return;
    try {
      this.#options.collector.gauge(until - 1, this.#options.usage());
    } catch (error) {
      this.#options.onTrouble(error);
    }
    this.#closed = until;
    this.#close(until);
  }

  #close(until: number): void {
    const batch = this.#options.collector.close(until);
    this.#options.onClosed(batch, until);
    const { begin } = this;
    if (!batch || !begin) return;
    this.#saving = this.#then(() => this.#options.save(batch, new Date(begin.startedAt)));
  }

  /** One write after the other; a failed one is reported, and the next is tried all the same. */
  #then(write: () => Promise<void>): Promise<void> {
    return this.#saving.then(write).catch((error: unknown) => this.#options.onTrouble(error));
  }

  #now(): number {
    return this.#options.now?.() ?? performance.now();
  }

  /** Stores what is left; afterwards nothing of it is pending. */
  async finish(): Promise<void> {
    this.#stopTicking();
    this.#close(this.#options.collector.end);
    await this.#saving;
  }

  #stopTicking(): void {
    if (this.#ticker) clearInterval(this.#ticker);
    this.#ticker = null;
  }

  [Symbol.dispose](): void {
    this.#stream?.destroy();
    this.#stopTicking();
  }
}
