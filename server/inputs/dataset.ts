/** A data set, CSV or JSON text, read into rows. The panel reads it with this too, so nothing here needs Node. */
import { MAX_BYTES } from '../workflow/bounds.ts';
import { numeral } from '../words/numeral.ts';
import { byteLength } from './byte-length.ts';
import { readCsv } from './csv.ts';
import { readJsonRows } from './json-rows.ts';
import { brokenCharacter } from './place.ts';
import { type ReadDataset, refusal } from './rows.ts';

/** sequential: from the first row, again from there after the last; random: any row, by seed; unique: each row once. */
export type RowOrder = 'sequential' | 'random' | 'unique';

export interface DatasetInput {
  readonly format: 'csv' | 'json';
  readonly text: string;
  readonly order: RowOrder;
}

/** Never throws, whatever the text. A path is empty, or the index of a row: `[2]`. */
export function readDataset({ format, text: given, order }: DatasetInput): ReadDataset {
  const text = given.startsWith('\ufeff') ? given.slice(1) : given;
  if (text.trim() === '') return refusal('The data set is empty: give at least one row.');
  const bytes = byteLength(text);
  if (bytes > MAX_BYTES) return refusal(`The data set has ${(bytes / 1024 / 1024).toFixed(1)} MB; at most 10 MB can be read.`);
  const broken = brokenCharacter(text);
  if (broken !== null) return refusal(broken);
  const read = format === 'csv' ? readCsv(text) : readJsonRows(text);
  return read.problems ? read : { ...read, warnings: [...read.warnings, ...onOrder(read.rows.length, order)] };
}

function onOrder(rows: number, order: RowOrder): string[] {
  if (order === 'unique') return [`Each row is used once: when all ${numeral(rows)} are used up, no further iteration starts and the test ends early.`];
  return rows === 1 ? ['There is one row only: every iteration sends the same.'] : [];
}
