/** The metrics of k6 that are read; all others are not, and a user's own neither. */
import { isAt, wordOf } from '../../shared/results/words.ts';

export const METRICS = ['http_req_duration', 'http_req_blocked', 'http_req_connecting', 'http_req_tls_handshaking', 'http_req_failed', 'checks', 'iterations', 'dropped_iterations', 'vus'] as const;

export type Metric = (typeof METRICS)[number];

/** Those whose tags say something. */
export const hasTags = (metric: Metric): boolean => metric === 'http_req_duration' || metric === 'checks';

const metrics: ReadonlySet<unknown> = new Set(METRICS);

export const isMetric = (name: unknown): name is Metric => metrics.has(name);

const words = METRICS.map((metric) => ({ metric, word: wordOf(metric) }));

/** null: what is named there is none of them. */
export function metricAt(view: DataView, from: number, to: number): Metric | null {
  for (const { metric, word } of words) if (word.byteLength === to - from && isAt(view, from, word)) return metric;
  return null;
}
