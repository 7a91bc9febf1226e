/** CSV text -> rows. All values are text: `007` stays "007", `=1+1` stays what it is. */
import Papa from 'papaparse';
import { MOST_PROBLEMS, type Problem } from '../workflow/problem.ts';
import { shown } from '../workflow/shown.ts';
import { byteLength } from './byte-length.ts';
import { lineAt } from '../workflow/place.ts';
import { numeral } from '../words/numeral.ts';
import { MAX_COLUMNS, MAX_ROWS, MAX_ROWS_BYTES, type ReadDataset, refusal, TOO_MANY_ROWS } from './rows.ts';

const DELIMITERS = [',', ';', '\t', '|'];
/** So much of the text, at most ten rows, is looked at to find its delimiter. */
const HEAD = 1024 * 1024;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** What Excel reads, and what people write for it, on a first line that is no row: `sep=;`. */
const HINT = /^("?)sep=([^\r\n"])\1(?=[\r\n]|$)/i;

/** @param given not empty, without a BOM */
export function readCsv(given: string): ReadDataset {
  const hint = HINT.exec(given);
  // The line break behind it stays, so that lines keep their numbers.
  const rest = hint === null ? given : given.slice(hint[0].length);
  const delimiter = hint?.[2] ?? delimiterOf(rest.slice(0, HEAD));
  const text = withLineFeeds(rest, delimiter);
  const table = new Table();
  let start = 0;
  Papa.parse<string[]>(text, {
    delimiter,
    newline: '\n',
    step({ data, errors: [error], meta }, parser) {
      if (error) table.refuse(QUOTES[error.code] ?? error.message, lineAt(text, (error.index ?? start + 1) - 1));
      // What is no row: an empty line, wherever it stands. A pair of quotes is a row, of one empty value.
      else if (data.length > 1 || data[0] !== '' || text[start] === '"') table.add(data, () => lineAt(text, start));
      start = meta.cursor;
      if (table.stopped) parser.abort();
    },
  });
  return table.read();
}

function delimiterOf(head: string): string {
  const lines = head.replace(/^[\r\n]+/, '');
  const guess = Papa.parse(lines, { preview: 10, skipEmptyLines: true, delimitersToGuess: DELIMITERS });
  if (!guess.errors.some(({ code }) => code === 'UndetectableDelimiter')) return guess.meta.delimiter;
  // No delimiter is in enough of the lines. Then the header decides, so that lines without it are refused by their number.
  const columns = (delimiter: string) => Papa.parse<string[]>(lines, { delimiter, preview: 1 }).data[0]?.length ?? 0;
  return DELIMITERS.reduce((best, delimiter) => (columns(delimiter) > columns(best) ? delimiter : best));
}

/** CRLF and CR that end a row become LF; within quotes nothing changes. So a text may mix them. */
function withLineFeeds(text: string, delimiter: string): string {
  if (!text.includes('\r')) return text;
  const mark = new RegExp(`(?<=^|[\\r\\n${delimiter.replace(/[\]\\^-]/, '\\$&')}])"|\\r\\n?`, 'g');
  let lines = '';
  let done = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === '"') mark.lastIndex = endOfQuoted(text, found.index + 1);
    else {
      lines += `${text.slice(done, found.index)}\n`;
      done = mark.lastIndex;
    }
  }
  return lines + text.slice(done);
}

/** Behind the closing quote: the first that is not written twice. */
function endOfQuoted(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at + 1;
}

const QUOTES: Readonly<Record<string, string>> = {
  MissingQuotes: 'a quote opens here and is never closed.',
  InvalidQuotes: 'after the closing quote more text follows. A quote within a quoted value is written twice.',
};

class Table {
  stopped = false;
  #names: string[] | null = null;
  readonly #keys: string[] = [];
  readonly #numeric: boolean[] = [];
  readonly #rows: string[] = [];
  readonly #problems: Problem[] = [];
  #bytes = 0;

  add(values: readonly string[], line: () => number): void {
    if (this.#names === null) this.#header(values);
    else if (values.length !== this.#names.length) this.refuse(`the row has ${fields(values.length)}, and the header ${this.#names.length}.`, line());
    else this.#row(values);
  }

  refuse(message: string, line: number): void {
    this.#stop(`Line ${line}: ${message}`, this.#problems.length + 1 >= MOST_PROBLEMS);
  }

  read(): ReadDataset {
    if (this.#problems.length >= MOST_PROBLEMS) return { problems: [...this.#problems, { path: '', message: 'More lines may be like these: what follows was not read.' }] };
    if (this.#problems.length > 0) return { problems: this.#problems };
    if (this.#names === null) return refusal('The data set is empty: give a header and at least one row.');
    if (this.#rows.length === 0) return refusal('There is a header and no row: give at least one.');
    return { rows: this.#rows, columns: this.#names, warnings: this.#warnings(this.#names) };
  }

  #header(names: readonly string[]): void {
    this.#names = [...names];
    if (names.length > MAX_COLUMNS) return this.#stop(`The header has ${numeral(names.length)} columns; at most ${numeral(MAX_COLUMNS)} can be read.`);
    const seen = new Map<string, number>();
    names.forEach((name, i) => {
      const first = seen.get(name);
      if (name.trim() === '') this.#stop(`Column ${i + 1} has no name: the first line must name every column.`);
      else if (first !== undefined) this.#stop(`Column ${i + 1} has the name of column ${first}, ${JSON.stringify(shown(name, 60))}: give each its own.`);
      else seen.set(name, i + 1);
      this.#keys.push(`${JSON.stringify(name)}:`);
      this.#numeric.push(true);
    });
  }

  #row(values: readonly string[]): void {
    let row = '{';
    values.forEach((value, i) => {
      row += `${i === 0 ? '' : ','}${this.#keys[i]}${JSON.stringify(value)}`;
      if (this.#numeric[i] && !NUMBER.test(value)) this.#numeric[i] = false;
    });
    row += '}';
    this.#bytes += byteLength(row) + 1;
    if (this.#rows.length === MAX_ROWS) return this.#stop(TOO_MANY_ROWS);
    if (this.#bytes > MAX_ROWS_BYTES) return this.#stop('As JSON the rows have more than 64 MB, since each repeats the column names: take shorter names, or fewer rows.');
    this.#rows.push(row);
  }

  #stop(message: string, stop = true): void {
    this.#problems.push({ path: '', message });
    this.stopped ||= stop;
  }

  #warnings(names: readonly string[]): string[] {
    const padded = names.filter((name) => name !== name.trim()).map((name) => JSON.stringify(name));
    const numbers = names.filter((_name, i) => this.#numeric[i]).map((name) => JSON.stringify(name));
    return [
      ...(padded.length > 0 ? [`Spaces at the edge of a column's name are part of it: ${listed(padded)}.`] : []),
      ...(numbers.length > 0 ? [`Values of CSV are sent as text, numbers too (column ${listed(numbers)}): give a JSON data set where the workflow wants numbers.`] : []),
    ];
  }
}

const fields = (count: number) => (count === 1 ? '1 field' : `${count} fields`);
const listed = (names: readonly string[]) => shown(names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : ''));
