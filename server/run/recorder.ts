/**
 * One run's lines while it runs: bytes -> samples -> intervals -> rows. Closes each second 500 ms after its end, stores
 * it with the usage of the process group, and says so. Knows nothing of how the run ends.
 */
import type { Readable } from 'node:stream';
import type { Collector } from '../metrics/collector.ts';
import { LatencyHistogram } from '../metrics/histogram.ts';
import type { Batch } from '../metrics/interval.ts';
import { readLines } from '../samples/lines.ts';
import { parseLine } from '../samples/parse.ts';
import type { SampleLine } from '../samples/sample.ts';
import type { Usage } from './usage.ts';

type Begin = Extract<SampleLine, { kind: 'begin' }>;
type End = Extract<SampleLine, { kind: 'end' }>;

export interface RecorderOptions {
  readonly collector: Collector;
  /** The first line: the tool runs and plan second 0 is known. */
  onBegin(begin: Begin): Promise<void>;
  onLine(): void;
  save(batch: Batch, startedAt: Date): Promise<void>;
  usage(): Usage;
  /** Lateness counts in the steady part only: users that are made on the way start late once. */
  isSteady(atMs: number): boolean;
  /** A write failed or the stream broke: the run must end. */
  onTrouble(error: unknown): void;
}

const TICK_MS = 250;
/** A second is closed so long after its end. */
const CLOSE_AFTER_MS = 500;

export class Recorder {
  begin: Begin | null = null;
  end: End | null = null;
  unreadable = 0;
  /** When the last line came, in ms since plan second 0: the load was over then. */
  lastLineMs = 0;
  /** How late iterations of the steady part started. */
  readonly lag = new LatencyHistogram();
  #clockAtBegin = 0;
  #closed = 0;
  #saving: Promise<void> = Promise.resolve();
  #ticker: NodeJS.Timeout | null = null;
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Milliseconds since plan second 0, by a clock that does not jump; 0 before the first line. */
  get elapsedMs(): number {
    return this.begin ? performance.now() - this.#clockAtBegin : 0;
  }

  /** Reads to the end of the stream. Never rejects: trouble is reported, and the stream is drained all the same. */
  async read(stream: Readable): Promise<void> {
    try {
      for await (const text of readLines(stream)) await this.#take(text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') this.#options.onTrouble(error);
    }
  }

  async #take(text: string): Promise<void> {
    const line = parseLine(text);
    if (line === null || (line.kind === 'begin') === (this.begin !== null)) {
      // Not of the protocol, or out of its order: a second begin, or anything before the first.
      this.unreadable += 1;
      return;
    }
    this.#options.onLine();
    if (line.kind === 'begin') {
      this.begin = line;
      this.#clockAtBegin = performance.now() - Math.max(0, Date.now() - line.startedAt);
      await this.#options.onBegin(line);
      this.#options.usage(); // the first reading is what later ones are compared with
      this.#ticker = setInterval(() => this.#tick(), TICK_MS);
      return;
    }
    this.lastLineMs = this.elapsedMs;
    if (line.kind === 'end') this.end = line;
    if (line.kind === 'request' && line.extra.startLagMicros !== undefined && this.#options.isSteady(line.startMicros / 1000)) this.lag.record(line.extra.startLagMicros);
    this.#options.collector.add(line);
  }

  #tick(): void {
    const until = Math.floor((this.elapsedMs - CLOSE_AFTER_MS) / 1000);
    if (until <= this.#closed) return;
    this.#options.collector.gauge(until - 1, this.#options.usage());
    this.#closed = until;
    this.#close(until);
  }

  #close(until: number): void {
    const batch = this.#options.collector.close(until);
    const { begin } = this;
    if (!batch || !begin) return;
    this.#saving = this.#saving.then(() => this.#options.save(batch, new Date(begin.startedAt))).catch((error: unknown) => this.#options.onTrouble(error));
  }

  /** Stores what is left; afterwards nothing of it is pending. */
  async finish(): Promise<void> {
    if (this.#ticker) clearInterval(this.#ticker);
    this.#close(this.#options.collector.end);
    await this.#saving;
  }
}
