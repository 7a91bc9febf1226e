/** What k6 writes of its results by itself. */
import type { ResultFormat } from '../../results.ts';
import { csv } from './csv.ts';
import { ndjson } from './ndjson.ts';
import { summary } from './summary.ts';

export const results: readonly ResultFormat[] = [
  ndjson,
  csv,
  summary,
];
