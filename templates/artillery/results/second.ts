/** A report of v2: flat counters, of which those at zero are left out, and summaries. */
import type { Totals } from '../../results.ts';
import { type Members, member } from '../../shared/results/json.ts';
import { checked, count, lasting, moment } from '../../shared/results/numbers.ts';
import { Unreadable } from '../../shared/results/unreadable.ts';
import { failuresOf, statusesOf } from './counts.ts';
import { endpoints } from './endpoints.ts';
import { sketchSummary } from './rounding.ts';

export function second(aggregate: Members): Totals {
  const counters = member(aggregate, 'counters');
  // Both hold the same; some versions of 2022 had one of them only.
  const summaries = member(aggregate, 'summaries') ?? member(aggregate, 'histograms');
  const sent = count(member(counters, 'http.requests'), 'http.requests') ?? 0;
  const answered = count(member(counters, 'http.responses'), 'http.responses') ?? 0;
  if (sent === 0) throw new Unreadable('This report of Artillery tells of no HTTP request.');
  const statuses = statusesOf(counters, /^http\.codes\.(\d+)$/);
  const errors = failuresOf(counters, 'errors.');
  const requests = endpoints({ counters, summaries, sent, latency: sketchSummary });
  const all = { requests: sent, failed: answered > sent ? null : sent - answered + statuses.failed, latencyOf: 'answered' as const, upToFirstByte: true as const, latency: sketchSummary(member(summaries, 'http.response_time'), 'http.response_time'), failures: [...statuses.failures, ...errors] };
  const [startedAt, endedAt] = [moment(member(aggregate, 'firstMetricAt')), moment(member(aggregate, 'lastMetricAt'))];
  return { toolVersion: '2', startedAt, durationMs: lasting(startedAt, endedAt), all: checked(all, 'All requests'), requests, rules: [] };
}
