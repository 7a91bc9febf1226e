/** `--out csv`: a row for each point. A third of the bytes of NDJSON, and by default a request ends in a whole second. */
import type { LinesEnd, LinesFormat, LinesReader, ToldLine } from '../../results.ts';
import { Lines, type LineTaker } from '../../shared/results/lines.ts';
import { CsvRow, columnsOf } from './csv-row.ts';
import { Points } from './points.ts';

const LF = 10;

export const csv: LinesFormat = {
  kind: 'lines',
  name: 'k6 CSV (--out csv)',
  recognises: (head) => head.includes(LF) && columnsOf(head.toString('utf8', 0, head.indexOf(LF))) !== null,
  reader: () => new Reader(),
};

class Reader implements LinesReader, LineTaker {
  readonly #lines = new Lines(this, true);
  readonly #points = new Points();
  /** undefined: the first row is still to come; null: it was none of k6's. */
  #row: CsvRow | null | undefined;

  read(chunk: Buffer): readonly (ToldLine | null)[] {
    this.#lines.read(chunk);
    return this.#points.take();
  }

  end(): LinesEnd {
    const rest = this.#lines.rest();
    if (rest === null) this.#points.unreadable();
    // Cut in its last column it looks whole, and that one is not needed.
    const isWhole = rest !== null && (rest.length === 0 || this.#row?.parsed(rest, 0, rest.length) === true);
    return this.#points.end(!isWhole);
  }

  line(bytes: Buffer, from: number, to: number): void {
    if (this.#row === undefined) {
      const columns = columnsOf(bytes.toString('utf8', from, to));
      this.#row = columns && new CsvRow(columns, this.#points);
    } else if (!this.#row?.read(bytes, from, to)) this.#points.unreadable();
  }

  tooLong(): void {
    this.#points.unreadable();
  }
}
