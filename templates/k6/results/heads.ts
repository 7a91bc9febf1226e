/** Which metric a line is of that begins with its name: found by four letters of it, for most lines are of none that is read. */
import { isAt, wordOf } from '../../shared/results/words.ts';
import { METRICS, type Metric } from './metric.ts';

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
  readonly #fourFrom: number;
  readonly #nameFrom: number;
  /** Those whose names end before the four letters do, by their first letter. */
  readonly #short: readonly (Head | undefined)[] = [];

  constructor(before: string, behind: string) {
    this.#nameFrom = before.length;
    this.#fourFrom = before.length + FOUR_FROM;
    const all = METRICS.map((metric) => ({ metric, bytes: wordOf(before + metric + behind), name: wordOf(metric + behind.slice(0, 1)) }));
    this.#byFour = new Map(all.map((head) => [head.bytes.getInt32(this.#fourFrom), head]));
    const short = all.filter(({ metric }) => metric.length < FOUR_FROM + 4);
    this.#short = Array.from({ length: 256 }, (_, letter) => short.find(({ name }) => name.getUint8(0) === letter));
    if (this.#byFour.size < METRICS.length || this.#short.filter(Boolean).length < short.length) throw new Error('letters that tell metrics apart are the same in two of them');
  }

  /** The only one that a line can begin with. */
  candidate(view: DataView, from: number): Head | undefined {
    const four = from + this.#fourFrom;
    return four + 4 <= view.byteLength ? this.#byFour.get(view.getInt32(four)) : undefined;
  }

  /** Whether one of the metrics is named where a head names it, whatever comes then. @param candidate see there */
  isNamed(view: DataView, from: number, candidate: Head | undefined): boolean {
    const name = from + this.#nameFrom;
    const short = this.#short[view.getUint8(name)];
    return (short !== undefined && isAt(view, name, short.name)) || (candidate !== undefined && isAt(view, name, candidate.name));
  }
}
