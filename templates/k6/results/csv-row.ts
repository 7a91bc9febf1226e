/**
 * Reads a row of `--out csv` from its bytes, in the one form in which k6 writes it: the metric's name, moment and value first and without
 * quotes. What stands behind them is the same again and again, and read by Papa Parse, as is whatever looks different.
 */
import Papa from 'papaparse';
import { Known } from '../../shared/results/known.ts';
import { Cursor } from './cursor.ts';
import { isMetric, metricAt } from './metric.ts';
import type { PointTaker } from './points.ts';
import { type Tags, tagsOf } from './tags.ts';

const FIRST = ['metric_name', 'timestamp', 'metric_value'] as const;
const QUOTE = 34;
const COMMA = 44;
/** A moment with a date has a hyphen after its year. */
const HYPHEN = 45;
const YEAR_LENGTH = 4;

export class CsvRow {
  readonly #columns: readonly string[];
  readonly #taker: PointTaker;
  readonly #cursor = new Cursor();
  readonly #afterValue = new Known((text) => this.#afterValueOf(text));

  /**
   * @param columns see `columnsOf`
   * @param taker of the points; rows of metrics that it does not want are not read
   */
  constructor(columns: readonly string[], taker: PointTaker) {
    this.#columns = columns;
    this.#taker = taker;
  }

  /**
   * @param to of the row's LF
   * @returns false: it is no row of k6
   */
  read(bytes: Buffer, from: number, to: number): boolean {
    const cursor = this.#cursor;
    let end = from;
    while (end < to && isWithinName(bytes[end])) end++;
    cursor.open(bytes, end);
    if (end === from || !cursor.byte(COMMA)) return this.parsed(bytes, from, to);
    const metric = metricAt(cursor.view, from, end);
    if (metric === null || !this.#taker.wants(metric)) return true;
    const atMicros = this.#moment(bytes);
    if (Number.isNaN(atMicros) || !cursor.byte(COMMA)) return this.parsed(bytes, from, to);
    const value = cursor.decimal();
    if (Number.isNaN(value) || !cursor.byte(COMMA)) return this.parsed(bytes, from, to);
    const tags = this.#afterValue.at(bytes, cursor.at, to);
    return tags ? this.#taker.add(metric, atMicros, cursor.step, value, tags) : this.parsed(bytes, from, to);
  }

  /** By Papa Parse, whatever it looks like. */
  parsed(bytes: Buffer, from: number, to: number): boolean {
    // Between any two columns stands a comma.
    if (to - from < this.#columns.length - 1) return false;
    const fields = fieldsOf(bytes.toString('utf8', from, to));
    if (fields?.length !== this.#columns.length) return false;
    const [metric = '', timestamp = '', metricValue = '', ...others] = fields;
    if (!isMetric(metric) || !this.#taker.wants(metric)) return true;
    const cursor = this.#cursor;
    const [moment, number] = [Buffer.from(timestamp), Buffer.from(metricValue)];
    cursor.open(number, 0);
    const value = cursor.decimal();
    if (cursor.at < number.length) return false;
    cursor.open(moment, 0);
    const atMicros = this.#moment(moment);
    if (cursor.at < moment.length || Number.isNaN(value) || Number.isNaN(atMicros)) return false;
    return this.#taker.add(metric, atMicros, cursor.step, value, this.#tagsOf(others));
  }

  #moment(bytes: Buffer): number {
    return bytes[this.#cursor.at + YEAR_LENGTH] === HYPHEN ? this.#cursor.moment() : this.#cursor.unix();
  }

  #afterValueOf(text: string): Tags | null {
    const fields = fieldsOf(text);
    return fields?.length === this.#columns.length - FIRST.length ? this.#tagsOf(fields) : null;
  }

  /** @param fields of the columns behind the first ones */
  #tagsOf(fields: readonly string[]): Tags {
    return tagsOf(Object.fromEntries(fields.map((field, i) => [this.#columns[FIRST.length + i], field])));
  }
}

/** null: this is not the first row of k6's. */
export function columnsOf(header: string): readonly string[] | null {
  const columns = fieldsOf(header);
  return columns && FIRST.every((name, i) => columns[i] === name) ? columns : null;
}

const isWithinName = (byte: number | undefined): boolean => byte !== COMMA && byte !== QUOTE;

/** null: it is no row of CSV. */
function fieldsOf(row: string): readonly string[] | null {
  const { data, errors } = Papa.parse<string[]>(row, { delimiter: ',', newline: '\n' });
  return errors.length === 0 && data.length === 1 ? (data[0] ?? null) : null;
}
