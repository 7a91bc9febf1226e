import { describe, expect, it } from 'vitest';
import { neededSamples } from '../../server/script/needed.ts';
import { by, inOrder, orderOf, turned, USUAL_ORDER, written } from '../../ui/src/lib/metrics/order.ts';
import { neededFor, percentileOf } from '../../ui/src/lib/metrics/percentile.ts';
import { tablesIn, withTable } from '../../ui/src/lib/chart/tables.ts';
import { failureOrderOf, failuresInOrder } from '../../ui/src/lib/metrics/requests.ts';

const row = (name: string, p95Ms: number | null, more: object = {}) => ({
  name, requests: 100, failed: 0, errorRatio: 0, failures: [],
  latency: p95Ms === null ? null : { count: 400, atLeast: [], p50Ms: p95Ms / 2, p90Ms: p95Ms, p95Ms, p99Ms: p95Ms, maxMs: p95Ms * 2 },
  ...more,
});
const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);

describe('the rows of requests', () => {
  const few = row('login', 300, { latency: { count: 40, atLeast: [], p50Ms: 300, p90Ms: 300, p95Ms: 300, p99Ms: 300, maxMs: 300 } });
  const rows = [row('poll', 20), few, row('execute', 200, { failed: 3, errorRatio: 0.03 }), row('session', null)];

  it('begin with the slowest, and end with what is not known: of too few nothing is', () => expect(names(inOrder(rows, USUAL_ORDER))).toEqual(['execute', 'poll', 'login', 'session']));
  it('go either way, what is not known last', () => expect(names(inOrder(rows, { column: 'p95Ms', descending: false }))).toEqual(['poll', 'execute', 'login', 'session']));
  it('begin with those that failed most, or stand as in a lexicon', () => {
    expect(names(inOrder(rows, by('failed')))[0]).toBe('execute');
    expect(names(inOrder(rows, by('name')))).toEqual(['execute', 'login', 'poll', 'session']);
  });
  it('turn round when a column is pressed again', () => {
    const first = turned(USUAL_ORDER, 'failed');
    expect([first, turned(first, 'failed')]).toEqual([{ column: 'failed', descending: true }, { column: 'failed', descending: false }]);
  });
  it('stand as the address says, or as usual', () => {
    for (const order of [USUAL_ORDER, by('name'), { column: 'requests', descending: false }] as const) expect(orderOf(written(order))).toEqual(order);
    expect([orderOf(null), orderOf('-color')]).toEqual([USUAL_ORDER, USUAL_ORDER]);
  });
});

describe('the failures', () => {
  const failure = (requestName: string, named: string, count: number) => ({ requestName, class: named, count, example: null });
  const rows = [failure('poll', 'timeout', 3), failure('execute', 'refused', 7), failure('execute', 'timeout', 20)];
  const shown = (order: 'count' | 'class' | 'request') => failuresInOrder(rows, order, (one) => one.class).map((one) => `${one.requestName} ${one.class}`);
  it('begin with the most frequent, or stand as in a lexicon by class or by request', () => {
    expect(shown('count')).toEqual(['execute timeout', 'execute refused', 'poll timeout']);
    expect(shown('class')).toEqual(['execute refused', 'execute timeout', 'poll timeout']);
    expect(shown('request')).toEqual(['execute timeout', 'execute refused', 'poll timeout']);
  });
  it('stand as the address says, or as usual', () => expect(['class', null, 'color'].map(failureOrderOf)).toEqual(['class', 'count', 'count']));
});

describe('charts that are shown as tables', () => {
  it('are named in the address, each once', () => {
    const one = withTable(null, 'latency', true);
    const two = withTable(one, 'load', true);
    expect([one, two, withTable(two, 'load', true), withTable(two, 'latency', false), withTable(one, 'latency', false), tablesIn(two)]).toEqual(['latency', 'latency,load', 'latency,load', 'load', null, ['latency', 'load']]);
  });
});

describe('a percentile', () => {
  const latency = { count: 58, atLeast: ['p99Ms'], p50Ms: 10, p90Ms: 20, p95Ms: 30, p99Ms: 40, p999Ms: 50, maxMs: 60 };
  it('of too few samples is none, and says how many it needs: as the judge does', () => {
    expect([percentileOf(latency, 'p95Ms'), percentileOf({ ...latency, count: 59 }, 'p95Ms')]).toEqual([null, { ms: 30, isAtLeast: false }]);
    for (const statistic of ['p50', 'p90', 'p95', 'p99', 'p999', 'max']) {
      const needed = neededSamples({ metric: 'latency', statistic: statistic as 'p50', value: 100 }) ?? 0;
      expect([neededFor(statistic, needed - 1), neededFor(statistic, needed)]).toEqual([needed, null]);
    }
  });
  it('that falls into what had no end is at least that', () => expect(percentileOf({ ...latency, count: 299 }, 'p99Ms')).toEqual({ ms: 40, isAtLeast: true }));
});
