/** `--json` and `--json-file`: a list of names, with a count for each rounded time. There is no sum in it. */
import type { Told, ToldNumber, TotalsFormat } from '../../results.ts';
import { entries, isObject, member, parsed } from '../../shared/results/json.ts';
import { checked, count, lasting, latency, milliseconds, moment } from '../../shared/results/numbers.ts';
import { outline } from '../../shared/results/outline.ts';
import { Unreadable, orSentence } from '../../shared/results/unreadable.ts';
import { bucket } from './rounding.ts';
import { byName, type Statistics } from './row.ts';

export const json: TotalsFormat = {
  kind: 'totals',
  name: 'Locust JSON (--json, --json-file)',
  recognises(head) {
    const seen = outline(head);
    if (!seen?.isList) return false;
    return seen.paths.has('/num_requests') || /^\ufeff?\s*\[\s*\]\s*$/.test(head.toString('utf8'));
  },
  read: orSentence((text) => {
    const list = parsed(text);
    if (!Array.isArray(list)) throw new Unreadable('This is no list of Locust.');
    if (list.length === 0) throw new Unreadable('The list is empty: Locust writes it so when --json and --json-file are given together, and in version 2.37.0.');
    const rows = list.map(entry);
    if (rows.every(({ told }) => told.requests === 0)) throw new Unreadable('This file of Locust tells of no request.');
    const times = (key: string) => list.map((one) => member(one, key)).flatMap((seconds) => (typeof seconds === 'number' ? (moment(seconds * 1000) ?? []) : []));
    const startedAt = times('start_time').reduce<number | null>((first, at) => (first === null || at < first ? at : first), null);
    const endedAt = times('last_request_timestamp').reduce<number | null>((last, at) => (last === null || at > last ? at : last), null);
    return { toolVersion: null, startedAt, durationMs: lasting(startedAt, endedAt), all: null, requests: byName(rows), rules: [] };
  }),
};

function entry(one: unknown): Statistics {
  const [method, name] = [member(one, 'method'), member(one, 'name')];
  const requests = count(member(one, 'num_requests'), 'num_requests');
  const failed = count(member(one, 'num_failures'), 'num_failures');
  if (typeof name !== 'string' || requests === null) throw new Unreadable('This is no list of Locust: an entry has no name, or no number of requests.');
  const timed = requests - (count(member(one, 'num_none_requests'), 'num_none_requests') ?? 0);
  const told = checked<Told>({ requests, failed, latencyOf: 'all', latency: timed > 0 ? latencyOf(one, timed) : {}, failures: [] }, name.slice(0, 40));
  return { method: typeof method === 'string' ? method : '', name, isTotal: false, told };
}

function latencyOf(one: unknown, timed: number): Told['latency'] {
  const time = (key: string) => milliseconds(member(one, key), key);
  const [min, max, sum] = [time('min_response_time'), time('max_response_time'), member(one, 'total_response_time')];
  // A client that reports whole milliseconds drops the rest.
  const dropped = Number.isInteger(min) && Number.isInteger(max) ? 1 : 0;
  const exact = (value: number | null): ToldNumber | null => (value === null ? null : dropped === 0 ? { value } : { value, between: [value, value + dropped] });
  const percentile = ranks(member(one, 'response_times'), timed, dropped);
  return latency({
    min: exact(min),
    mean: typeof sum === 'number' ? exact(milliseconds(sum / timed, 'total_response_time')) : null,
    p50: percentile(0.5),
    p90: percentile(0.9),
    p95: percentile(0.95),
    p99: percentile(0.99),
    p999: percentile(0.999),
    max: exact(max),
  });
}

/** Nearest ranks, where the counts are of all that was timed. */
function ranks(told: unknown, timed: number, dropped: number): (quantile: number) => ToldNumber | null {
  const counts = entries(isObject(told) ? told : {})
    .map(([ms, times]) => [milliseconds(/^\d+(\.\d+)?$/.test(ms) ? Number(ms) : ms, 'response_times') ?? 0, count(times, 'response_times') ?? 0] as const)
    .sort(([a], [b]) => a - b);
  if (counts.reduce((sum, [, times]) => sum + times, 0) !== timed) return () => null;
  return (quantile) => {
    const rank = Math.ceil(quantile * timed - 1e-9);
    let below = 0;
    const value = counts.find(([, times]) => {
      below += times;
      return below >= rank;
    })?.[0];
    if (value === undefined) return null;
    const [least, most] = bucket(value);
    return { value, between: [least, most + dropped] };
  };
}
