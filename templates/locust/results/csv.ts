/** Locust's CSV files: by Python's `csv` since 1.1 or 1.2, put together without escaping before. */
import Papa from 'papaparse';
import { Unreadable } from '../../shared/results/unreadable.ts';

/** The cell of a column; undefined: the file has no such column. */
export type Row = (column: string) => string | undefined;

/** @param first the columns with which the header begins; no other tool's does */
export function begins(head: Buffer, first: readonly string[]): boolean {
  return header(head.toString('utf8').replace(/^\ufeff/, '')).columns.slice(0, first.length).join() === first.join();
}

/** @param first as above; the last of them is free text, and all behind it are numbers in files without escapes */
export function eachRow(text: string, first: readonly string[], take: (row: Row) => void): readonly string[] {
  const { columns, isEscaped } = header(text);
  if (columns.slice(0, first.length).join() !== first.join()) throw new Unreadable(`The first line of this file of Locust would be ${first.join(',')},...`);
  const positions = new Map(columns.map((column, i) => [column, i]));
  const give = (cells: readonly string[], line: string) => {
    if (cells.length !== columns.length) throw new Unreadable(`${line} has ${cells.length} of ${columns.length} values: the file was cut, or edited.`);
    take((column) => cells[positions.get(column) ?? -1]);
  };
  if (isEscaped) escaped(text, give);
  else unescaped(text, first.length, columns.length, give);
  return columns;
}

type Give = (cells: readonly string[], line: string) => void;

/** Python ends rows by CR LF, of which Windows makes CR CR LF. */
const lineFeeds = (text: string) => text.replace(/(?<!\r)\r+\n/g, '\n');

function header(text: string): { readonly columns: readonly string[]; readonly isEscaped: boolean } {
  const line = text.slice(0, 4096).split(/[\r\n]/, 1)[0] ?? '';
  return { columns: line.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1')), isEscaped: !line.startsWith('"') };
}

function escaped(text: string, give: Give): void {
  let row = 0;
  let error: Unreadable | null = null;
  Papa.parse<string[]>(lineFeeds(text), {
    delimiter: ',',
    newline: '\n',
    step({ data, errors }, parser) {
      row++;
      if (row === 1 || (data.length === 1 && data[0] === '')) return;
      try {
        if (errors.length > 0) throw new Unreadable(`Row ${row}: a quote is open, or stands where none can: the file was cut, or edited.`);
        give(data, `Row ${row}`);
      } catch (problem) {
        if (!(problem instanceof Unreadable)) throw problem;
        error = problem;
        parser.abort();
      }
    },
  });
  if (error) throw error;
}

/** `"GET","say "hi", twice",3,0,...`: only from the end can be told where the text ends. */
function unescaped(text: string, texts: number, columns: number, give: Give): void {
  lineFeeds(text)
    .split('\n')
    .forEach((line, i) => {
      if (i === 0 || line === '') return;
      const cells = line.split(',');
      const numbers = columns - texts === 0 ? [] : cells.slice(texts - columns);
      const words = cells.slice(0, cells.length - numbers.length).join(',').replace(/^"|"$/g, '').split('","');
      const free = words.slice(texts - 1).join('","');
      give([...words.slice(0, texts - 1), ...(words.length < texts ? [] : [free]), ...numbers.map((cell) => cell.replace(/^"(.*)"$/, '$1'))], `Line ${i + 1}`);
    });
}
