/** What k6 writes of its results by itself. */
import type { ResultFormat } from '../../results.ts';
import { summary } from './summary.ts';

export const results: readonly ResultFormat[] = [summary];
