/** The record of a share of a run: lines instead of rows. */
import { addCounts } from '../../metrics/add-counts.ts';
import type { Batch } from '../../metrics/interval.ts';
import type { Outcome } from '../../samples/sample.ts';
import type { EndNews } from '../news.ts';
import type { RunRecord } from '../record.ts';
import type { RunChange } from '../row/store.ts';
import type { Ending, Run, RunProcess } from '../run.ts';
import type { RunState } from '../state.ts';
import { type ShardLine, written } from './lines.ts';

export interface PrintedRunOptions {
  readonly id: string;
  readonly shard: number;
  readonly frameworkVersion: string;
  print(line: string): void;
  /** Something of the server's own went wrong. */
  complain(error: unknown): void;
}

export class PrintedRun implements RunRecord {
  readonly id: string;
  readonly frameworkVersion: string;
  readonly #options: PrintedRunOptions;
  readonly #totals = { request: {} as Partial<Record<Outcome, number>>, execution: {} as Partial<Record<Outcome, number>> };
  #state: RunState = 'queued';
  #process: RunProcess | null = null;
  #seq = 0;
  #closed = 0;
  #printed = 0;

  constructor(options: PrintedRunOptions) {
    this.id = options.id;
    this.frameworkVersion = options.frameworkVersion;
    this.#options = options;
  }

  /** Its load has begun. */
  get hasBegun(): boolean {
    return this.#state === 'running';
  }

  waiting(): void {
    this.#print({ kind: 'waiting', shard: this.#options.shard, clockMs: Date.now() });
  }

  async change(next: (run: Pick<Run, 'state'>) => RunChange): Promise<void> {
    const { state, process, startedAt, frameworkVersion } = next({ state: this.#state });
    if (process) this.#process = process;
    if (state) this.#state = state.to;
    if (!startedAt) return;
    const { isolation = '', cores = 1 } = this.#process ?? {};
    this.#print({ kind: 'begin', shard: this.#options.shard, clockMs: Date.now(), startedAt: startedAt.getTime(), toolVersion: frameworkVersion ?? this.frameworkVersion, isolation, cores });
  }

  async save({ rows }: Batch): Promise<void> {
    const { shard } = this.#options;
    for (const row of rows) {
      addCounts(this.#totals[row.kind], row.counts);
      this.#print({ kind: 'interval', shard, seq: ++this.#seq, row });
    }
    this.#closed = rows.reduce((until, { second }) => Math.max(until, second + 1), this.#closed);
    this.#print({ kind: 'closed', shard, seq: ++this.#seq, until: this.#closed });
  }

  async log(_from: number, lines: readonly string[]): Promise<void> {
    this.#print({ kind: 'log', shard: this.#options.shard, lines });
  }

  end(ending: Ending, news: EndNews | null): void {
    this.#print({ kind: 'end', shard: this.#options.shard, seq: this.#seq, ending, news, totals: this.#totals });
  }

  trouble(error: unknown): void {
    this.#options.complain(error);
  }

  #print(line: ShardLine): void {
    this.#printed += 1;
    for (const text of written(line, this.#printed)) this.#options.print(text);
  }
}

