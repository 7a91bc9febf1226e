/** Rows of one phase, kind and name added up: counts and histograms, which is all that can be added. */
import type { Outcome } from '../samples/sample.ts';
import { addCounts } from './add-counts.ts';
import { LatencyHistogram } from './histogram.ts';
import type { IntervalRow } from './interval.ts';

type Summed = Pick<IntervalRow, 'counts' | 'latency' | 'slower' | 'newConnections' | 'checksPassed' | 'checksFailed' | 'examples'>;

const PLAIN = ['newConnections', 'checksPassed', 'checksFailed'] as const;

export class RowSum {
  readonly #counts: Partial<Record<Outcome, number>> = {};
  readonly #latency = new LatencyHistogram();
  readonly #slower: number[] = [];
  readonly #plain = { newConnections: 0, checksPassed: 0, checksFailed: 0 };
  /** The first of each class stays. */
  #examples: IntervalRow['examples'] = {};

  /** @param latency of the row, where it is decoded already */
  add(row: Summed, latency = row.latency && LatencyHistogram.from(row.latency)): void {
    if (latency) this.#latency.add(latency);
    addCounts(this.#counts, row.counts);
    row.slower.forEach((count, i) => {
      this.#slower[i] = (this.#slower[i] ?? 0) + count;
    });
    for (const name of PLAIN) this.#plain[name] += row[name];
    this.#examples = { ...row.examples, ...this.#examples };
  }

  sum(): Summed {
    return { counts: this.#counts, latency: this.#latency.stored(), slower: this.#slower, ...this.#plain, examples: this.#examples };
  }
}
