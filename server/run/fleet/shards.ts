/** All shards of a run: their lines become the batches of one run. Pure but for its own state; all times are given. */
import type { FleetNews } from '../../clouds/cloud.ts';
import type { Batch } from '../../metrics/interval.ts';
import { Merger } from '../../metrics/merger.ts';
import type { ShardReport } from '../run.ts';
import { Shard } from './shard.ts';

export interface ShardsOf {
  readonly count: number;
  /** Plan second 0, epoch ms of this server. */
  readonly startAt: number;
  /** The way of a line takes so long at most, as a rule. */
  readonly lagMs: number;
  /** The plan has a part that is judged. */
  readonly hasSteady: boolean;
  onLog(shard: number, lines: readonly string[]): void;
}

/** Beyond the second itself and the way of its lines: a shard closes a second 500 ms after its end, and looks four times a second. */
const CLOSE_AFTER_MS = 1500;

export class Shards {
  readonly all: readonly Shard[];
  readonly #merger = new Merger();
  readonly #of: ShardsOf;

  constructor(of: ShardsOf) {
    this.#of = of;
    this.all = Array.from(
      { length: of.count },
      (_, index) => new Shard({ index, startAt: of.startAt, lagMs: of.lagMs, hasSteady: of.hasSteady, onRow: (row) => this.#merger.add(index, row), onLog: (lines) => of.onLog(index, lines) }),
    );
  }

  take(news: FleetNews, now: number): void {
    this.all[news.shard]?.take(news, now);
  }

  /** Seconds before this one are told by all that run; or their lines are overdue, and are added when they come. */
  until(now: number): number {
    const running = this.all.filter((shard) => !shard.isOver);
    const told = running.length === 0 ? this.#merger.end : Math.min(...running.map(({ closed }) => closed));
    const overdue = Math.floor((now - this.#of.startAt - this.#of.lagMs - CLOSE_AFTER_MS) / 1000);
    return Math.max(0, told, overdue);
  }

  close(until: number): Batch | null {
    return this.#merger.close(until);
  }

  /** Of all that was told. */
  get end(): number {
    return this.#merger.end;
  }

  get reports(): ShardReport[] {
    return this.all.map(({ report }) => report);
  }
}
