/** `--out json`: a line for each point, 9 of them for a request. */
import type { LinesEnd, LinesFormat, LinesReader, ToldLine } from '../../results.ts';
import { Lines, type LineTaker } from '../../shared/results/lines.ts';
import { NdjsonLine } from './ndjson-line.ts';
import { Points } from './points.ts';

const LF = 10;
const CR = 13;

export const ndjson: LinesFormat = {
  kind: 'lines',
  name: 'k6 NDJSON (--out json)',
  recognises(head) {
    const line = new NdjsonLine({ wants: () => true, add: () => true });
    // Written to stdout, it begins with k6's banner.
    for (let from = 0; from < head.length; ) {
      const found = head.indexOf(LF, from);
      const to = found < 0 ? head.length : found;
      if (line.parsed(head, from, to)) return true;
      from = to + 1;
    }
    return false;
  },
  reader: () => new Reader(),
};

class Reader implements LinesReader, LineTaker {
  readonly #lines = new Lines(this, false);
  readonly #points = new Points();
  readonly #line = new NdjsonLine(this.#points);
  /** Empty lines since the last one that is not. */
  #empty = 0;

  read(chunk: Buffer): readonly (ToldLine | null)[] {
    this.#lines.read(chunk);
    return this.#points.take();
  }

  #tellEmpty(): void {
    for (; this.#empty > 0; this.#empty--) this.#points.unreadable();
  }

  end(): LinesEnd {
    // An editor leaves one at the end.
    if (this.#empty > 1) this.#tellEmpty();
    const rest = this.#lines.rest();
    if (rest === null) this.#points.unreadable();
    // Who pasted it left out the last LF.
    const isWhole = rest !== null && (rest.length === 0 || this.#line.parsed(rest, 0, rest.length));
    return this.#points.end(!isWhole);
  }

  line(bytes: Buffer, from: number, to: number): void {
    const isEmpty = to === from || (to === from + 1 && bytes[from] === CR);
    if (isEmpty) this.#empty += 1;
    else {
      this.#tellEmpty();
      if (!this.#line.read(bytes, from, to)) this.#points.unreadable();
    }
  }

  tooLong(): void {
    this.#points.unreadable();
  }
}
