/** Which metric a line is of that ends with its name. */
import { isAt, wordOf } from '../../shared/results/words.ts';
import { isMetric, METRICS, type Metric } from './metric.ts';

/** k6's own metrics that are not read: they are most of all lines. */
const OTHERS = ['http_reqs', 'http_req_sending', 'http_req_waiting', 'http_req_receiving', 'data_sent', 'data_received', 'iteration_duration', 'group_duration', 'vus_max'];

/** How a line of a metric ends. */
interface End {
  /** null: none that is read. */
  readonly metric: Metric | null;
  readonly bytes: DataView;
}

export class Ends {
  readonly #byFour = new Map<number, End[]>();
  readonly #fourFrom: number;

  constructor(before: string, behind: string) {
    this.#fourFrom = behind.length + 4;
    for (const name of [...METRICS, ...OTHERS]) {
      const bytes = wordOf(before + name + behind);
      const four = bytes.getInt32(bytes.byteLength - this.#fourFrom);
      this.#byFour.set(four, [...(this.#byFour.get(four) ?? []), { metric: isMetric(name) ? name : null, bytes }]);
    }
  }

  /** @param to where the line ends. undefined: no line of k6's own metrics ends so */
  at(view: DataView, to: number): Metric | null | undefined {
    if (to < this.#fourFrom) return undefined;
    const ends = this.#byFour.get(view.getInt32(to - this.#fourFrom)) ?? [];
    for (let i = 0; i < ends.length; i++) {
      const end = ends[i];
      if (end && isAt(view, to - end.bytes.byteLength, end.bytes)) return end.metric;
    }
    return undefined;
  }
}
