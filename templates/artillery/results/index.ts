/** What Artillery writes of its results by itself. */
import type { ResultFormat } from '../../results.ts';
import { report } from './report.ts';

export const results: readonly ResultFormat[] = [report];
