/** The metrics of k6 that are read; all others are not, and a user's own neither. */
import { isAt, wordOf } from '../../shared/results/words.ts';

const METRICS = ['http_req_duration', 'http_req_blocked', 'http_req_connecting', 'http_req_failed', 'checks', 'iterations', 'dropped_iterations', 'vus'] as const;

export type Metric = (typeof METRICS)[number];

/** Those whose tags say something. */
export const hasTags = (metric: Metric): boolean => metric === 'http_req_duration' || metric === 'checks';

const metrics: ReadonlySet<unknown> = new Set(METRICS);

export const isMetric = (name: unknown): name is Metric => metrics.has(name);

const words = METRICS.map((metric) => ({ metric, word: wordOf(metric) }));

/** null: what is named there is none of them. */
export function metricAt(view: DataView, from: number, to: number): Metric | null {
  for (const { metric, word } of words) if (word.byteLength === to - from && isAt(view, from, word)) return metric;
  return null;
}

/** How a line of a metric begins. */
export interface Head {
  readonly metric: Metric;
  readonly bytes: DataView;
  /** The metric's name, and what ends it. */
  readonly name: DataView;
}

/** Where four letters of a name tell one from all others, what stands behind short ones included. */
const FOUR_FROM = 8;

export class Heads {
  readonly #byFour: ReadonlyMap<number, Head>;
  readonly #short: readonly Head[];
  readonly #nameFrom: number;

  constructor(before: string, behind: string) {
    this.#nameFrom = before.length;
    const all = METRICS.map((metric) => ({ metric, bytes: wordOf(before + metric + behind), name: wordOf(metric + behind.slice(0, 1)) }));
    this.#byFour = new Map(all.map((head) => [head.bytes.getInt32(before.length + FOUR_FROM), head]));
    this.#short = all.filter(({ metric }) => metric.length < FOUR_FROM + 4);
    if (this.#byFour.size < METRICS.length) throw new Error('four letters are the same in two heads');
  }

  /** The only one that a line can begin with. */
  candidate(view: DataView, from: number): Head | undefined {
    const four = from + this.#nameFrom + FOUR_FROM;
    return four + 4 <= view.byteLength ? this.#byFour.get(view.getInt32(four)) : undefined;
  }

  /** Whether one of the metrics is named where a head names it, whatever comes then. */
  isNamed(view: DataView, from: number): boolean {
    const name = from + this.#nameFrom;
    for (const head of this.#short) if (isAt(view, name, head.name)) return true;
    const head = this.candidate(view, from);
    return head !== undefined && isAt(view, name, head.name);
  }
}
