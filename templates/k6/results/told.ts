/** Metrics of k6 -> what they tell of requests. */
import type { Told, Totals } from '../../results.ts';
import { member } from '../../shared/results/json.ts';
import { checked, count, latency, milliseconds } from '../../shared/results/numbers.ts';
import { oneLine, Names } from '../../shared/results/names.ts';
import { Unreadable } from '../../shared/results/unreadable.ts';
import type { Metric, Summary } from './shapes.ts';

/** Metrics of the same requests: of all, or of those with one name. */
interface Metrics {
  readonly http_reqs?: Metric;
  readonly http_req_duration?: Metric;
  readonly http_req_failed?: Metric;
}

/** Sub-metrics of other tags, or of more than the name, are about no name. */
const NAMED = /^(http_reqs|http_req_duration|http_req_failed)\{\s*name\s*:([^,]*)\}$/s;

export function totalsOf({ toolVersion, durationMs, metrics }: Summary): Totals {
  const named = new Map<string, Metrics>();
  for (const [metric, value] of metrics) {
    const [, of, tag] = NAMED.exec(metric) ?? [];
    if (of === undefined || tag === undefined) continue;
    const name = tag.trim().replace(/^(["'])(.*)\1$/s, '$2');
    named.set(name, { ...named.get(name), [of]: value });
  }
  const whole = Object.fromEntries(['http_reqs', 'http_req_duration', 'http_req_failed'].flatMap((name) => (metrics.has(name) ? [[name, metrics.get(name)]] : []))) as Metrics;
  const all = told(whole, 'All requests', false);
  // A callback of null takes requests out of http_req_failed: only where it has all of them does it count those of a name.
  const failedHasAll = all?.requests != null && judged(whole.http_req_failed, 'All requests')?.total === all.requests;
  const names = new Names();
  const requests = [...named].flatMap(([name, of]) => {
    const found = told(of, `Requests ${JSON.stringify(oneLine(name))}`, failedHasAll);
    return found ? [{ name: names.give(name), ...found }] : [];
  });
  if (all === null && requests.length === 0) throw new Unreadable('This summary of k6 tells of no HTTP request.');
  const rules = [...metrics].flatMap(([name, metric]) => (hasData(metric) ? metric.rules.map(({ rule, held }) => ({ of: oneLine(name), rule: oneLine(rule), held })) : []));
  return { toolVersion, startedAt: null, durationMs, all, requests, rules };
}

/** null: there is no data. k6 passes thresholds on it all the same, and writes zeros. */
function told({ http_reqs: sent, http_req_duration: durations, http_req_failed: failures }: Metrics, what: string, failedHasAll: boolean): Told | null {
  const judgements = judged(failures, what);
  const requests = count(sent?.values['count'], what) ?? count(durations?.values['count'], what) ?? (failedHasAll ? (judgements?.total ?? null) : null);
  // Refused connections take 0 ms: zeros are times where there were requests.
  const times = durations !== undefined && (requests === null ? hasData(durations) : requests > 0) ? durations : null;
  const failed = judgements !== null && judgements.total > 0 ? judgements.failed : null;
  if (requests === 0 || (requests === null && times === null && failed === null)) return null;
  return checked({ requests, failed, latencyOf: 'all', latency: times === null ? {} : latencyOf(times, what), failures: [] }, what);
}

/** Of a Rate that is true for what failed: so `passes` are the failures. */
function judged(metric: Metric | undefined, what: string): { readonly failed: number; readonly total: number } | null {
  if (metric === undefined) return null;
  const failed = count(metric.values['passes'] ?? metric.values['matches'], what);
  const others = count(metric.values['fails'], what);
  const total = count(metric.values['total'], what) ?? (failed === null || others === null ? null : failed + others);
  return failed === null || total === null ? null : { failed, total };
}

function latencyOf({ values }: Metric, what: string): Told['latency'] {
  const one = (...keys: readonly string[]) => {
    const value = milliseconds(keys.map((key) => member(values, key)).find((told) => told !== undefined), what);
    return value === null ? null : { value };
  };
  return latency({ min: one('min'), mean: one('avg'), p50: one('med', 'p(50)'), p90: one('p(90)', 'p90'), p95: one('p(95)', 'p95'), p99: one('p(99)'), p999: one('p(99.9)'), max: one('max') });
}

/** A counter of 0 is a number of its own: nothing was counted. */
function hasData({ values, isCounter }: Metric): boolean {
  if (isCounter) return true;
  const samples = ['count', 'total'].map((key) => member(values, key)).find((told) => told !== undefined);
  return samples === undefined ? Object.values(values).some((value) => typeof value === 'number' && value !== 0) : samples !== 0;
}
