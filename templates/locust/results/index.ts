/** What Locust writes of its results by itself. */
import type { ResultFormat } from '../../results.ts';
import { exceptions, failures } from './failures.ts';
import { history } from './history.ts';
import { json } from './json.ts';
import { stats } from './stats.ts';

export const results: readonly ResultFormat[] = [json, stats, history, failures, exceptions];
