/** A report of v1: the tool's own groups of counts. */
import type { Totals } from '../../results.ts';
import { type Members, member } from '../../shared/results/json.ts';
import { checked, count } from '../../shared/results/numbers.ts';
import { Unreadable } from '../../shared/results/unreadable.ts';
import { failuresOf, statusesOf } from './counts.ts';
import { endpoints } from './endpoints.ts';
import { exactSummary } from './rounding.ts';

export function first(aggregate: Members): Totals {
  const answered = count(member(aggregate, 'requestsCompleted'), 'requestsCompleted');
  // Early builds of v2 wrote this shape too, with the answers in the place of the requests; their latency has a count.
  const sent = member(aggregate, 'latency', 'count') === undefined ? count(member(aggregate, 'rps', 'count'), 'rps') : null;
  if (!sent && !answered) throw new Unreadable('This report of Artillery tells of no HTTP request.');
  const statuses = statusesOf(member(aggregate, 'codes'), /^(\d+)$/);
  const errors = failuresOf(member(aggregate, 'errors'), '');
  const failed = sent === null || answered === null || answered > sent ? null : sent - answered + statuses.failed;
  const requests = endpoints({ counters: member(aggregate, 'counters'), summaries: member(aggregate, 'customStats'), sent, latency: exactSummary });
  const all = { requests: sent, failed, latencyOf: 'answered' as const, upToFirstByte: true as const, latency: answered === 0 ? {} : exactSummary(member(aggregate, 'latency'), 'latency'), failures: [...statuses.failures, ...errors] };
  return { toolVersion: '1', startedAt: null, durationMs: null, all: checked(all, 'All requests'), requests, rules: [] };
}
