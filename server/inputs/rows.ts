/** What a data set is read into, whatever its format, and the limits that it must keep: a script holds all rows in memory. */
import type { Problem } from '../workflow/problem.ts';
import { numeral } from '../words/numeral.ts';

export interface Dataset {
  /** The inputs of one iteration each: the JSON text of an object, on one line. */
  readonly rows: readonly string[];
  /** CSV: of the header. JSON: the names of all members, in the order in which they come up. */
  readonly columns: readonly string[];
  /** Sentences on what the user may not expect. */
  readonly warnings: readonly string[];
}

export type ReadDataset =
  | (Dataset & { readonly problems?: undefined })
  | { readonly rows?: undefined; readonly columns?: undefined; readonly warnings?: undefined; readonly problems: readonly Problem[] };

export const MAX_ROWS = 1_000_000;
export const MAX_COLUMNS = 1000;
/** Of all rows as JSON, which repeats the column names of CSV in every row. */
export const MAX_ROWS_BYTES = 64 * 1024 * 1024;

export const TOO_MANY_ROWS = `The data set has more than ${numeral(MAX_ROWS)} rows; that cannot be read.`;

export function refusal(message: string): ReadDataset {
  return { problems: [{ path: '', message }] };
}
