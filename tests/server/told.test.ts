import { describe, expect, test } from 'vitest';
import { resolvePlan } from '../../server/script/resolve.ts';
import { assessTold } from '../../server/verdict/told.ts';
import type { Told, Totals } from '../../templates/results.ts';
import { testPlan } from '../helpers/stored-run.ts';

const told = (more: Partial<Told> = {}): Told => ({ requests: 400, failed: 0, latencyOf: 'all', latency: { p95: { value: 180 }, mean: { value: 90 } }, failures: [], ...more });
const p95 = { metric: 'latency', statistic: 'p95', comparison: '<', value: 200, during: 'whole' };
const errors = { metric: 'error_ratio', comparison: '<', value: 0.01, during: 'whole' };

function judged(objective: object, executions: Told | null = told(), more: Partial<Totals> = {}, { cutShort = false, load = {} }: { cutShort?: boolean; load?: object } = {}) {
  const plan = resolvePlan(testPlan({ ...load, objectives: [objective, ...('error_ratio' in objective ? [] : [{ ...errors, value: 1 }])] }));
  const totals: Totals = { toolVersion: null, startedAt: null, durationMs: 10_000, all: null, requests: [], rules: [], ...more };
  return assessTold(plan, { totals, executions, cutShort }).objectives[0];
}

describe("a percentile is judged by the tool's own", () => {
  test.each<[string, Partial<Told>, object]>([
    ['that is below the limit', {}, { verdict: 'passed', measured: 180, reasonCode: null }],
    ['that is above it', { latency: { p95: { value: 240 } } }, { verdict: 'failed', measured: 240, reasonCode: 'above_limit' }],
    ['that is the limit', { latency: { p95: { value: 200 } } }, { verdict: 'failed' }],
    ['that is not told', { latency: {} }, { verdict: 'not_evaluated', measured: null, reasonCode: 'not_told' }],
    ['that was rounded, with the limit among what it may have been', { latency: { p95: { value: 200, between: [195, 205] } } }, { verdict: 'not_evaluated', reasonCode: 'rounded' }],
    ['that was rounded, with the limit elsewhere', { latency: { p95: { value: 180, between: [175, 185] } } }, { verdict: 'passed' }],
    ['that ends with the first byte, and is below the limit', { upToFirstByte: true }, { verdict: 'not_evaluated', measured: 180, reasonCode: 'first_byte_only' }],
    ['that ends with the first byte, and is above it all the same', { upToFirstByte: true, latency: { p95: { value: 240 } } }, { verdict: 'failed' }],
    ['of too few', { requests: 58 }, { verdict: 'not_evaluated', reasonCode: 'too_few_samples' }],
    ['of nothing', { requests: 0 }, { verdict: 'not_evaluated', reasonCode: 'no_samples' }],
    ['of nobody knows how many', { requests: null }, { verdict: 'not_evaluated', reasonCode: 'not_told' }],
    ['with failures among them', { failed: 3 }, { verdict: 'not_evaluated', reasonCode: 'failures_among_them' }],
    ['with nobody knows how many failures', { failed: null }, { verdict: 'not_evaluated', reasonCode: 'failures_among_them' }],
  ])('%s', (_name, more, expected) => expect(judged(p95, told(more))).toMatchObject(expected));
});

test('errors are counted as everywhere: the last one that is allowed, and one more', () => {
  expect(judged(errors, told({ failed: 3 }))).toMatchObject({ verdict: 'passed', measured: 0.0075, slower: 3, allowed: 3 });
  expect(judged(errors, told({ failed: 4 }))).toMatchObject({ verdict: 'failed', slower: 4, allowed: 3, reasonCode: 'more_failures_than_allowed' });
  expect(judged(errors, told({ requests: 10, failed: 1 }))).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'too_few_samples' });
  expect(judged(errors, told({ requests: 10, failed: 5 }))).toMatchObject({ verdict: 'failed' });
  expect(judged(errors, told({ failed: null }))).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'not_told' });
});

test('throughput needs the time that it took', () => {
  const throughput = { metric: 'throughput', comparison: '>=', value: 40, during: 'whole' };
  expect(judged(throughput)).toMatchObject({ verdict: 'passed', measured: 40 });
  expect(judged(throughput, told({ failed: 1 }))).toMatchObject({ verdict: 'failed', measured: 39.9 });
  expect(judged(throughput, told(), { durationMs: null })).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'not_told' });
});

test('what is asked of the steady part, of another name or of the baseline is not evaluated', () => {
  expect(judged({ ...p95, during: 'steady' })).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'only_totals' });
  expect(judged({ ...p95, requestName: 'execute' })).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'no_samples', samples: 0 });
  expect(judged({ ...p95, requestName: 'execute' }, null, { requests: [{ ...told(), name: 'execute' }] })).toMatchObject({ verdict: 'passed' });
  expect(judged({ metric: 'latency', statistic: 'p95', maxChangeRatio: 0.1, during: 'whole' })).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'no_baseline' });
  expect(judged(p95, null)).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'no_samples' });
});

describe('a run that may not be all of its plan', () => {
  const throughput = { metric: 'throughput', comparison: '>=', value: 1, during: 'whole' };
  const open = { load: { preset: { key: 'constant', ratePerSecond: 100, durationMs: 10_000 } } };
  test.each([[p95], [errors], [throughput]])('passes nothing: %j', (objective) => {
    expect(judged(objective, told(), {}, { cutShort: true })).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'cut_short' });
    // 400 of 1,000 were started.
    expect(judged(objective, told(), {}, { load: open })).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'load_missed', reason: expect.stringContaining('400 of 1000') });
    expect(judged(objective, told({ requests: 1000 }), {}, { load: open })).toMatchObject({ verdict: 'passed' });
  });
  test('fails by what is broken already, but not by a throughput that it had no time for', () => {
    expect(judged(errors, told({ failed: 40 }), {}, { cutShort: true })).toMatchObject({ verdict: 'failed' });
    expect(judged(p95, told({ latency: { p95: { value: 900 } } }), {}, { cutShort: true })).toMatchObject({ verdict: 'failed' });
    expect(judged({ ...throughput, value: 50 }, told(), {}, { cutShort: true })).toMatchObject({ verdict: 'not_evaluated', reasonCode: 'cut_short' });
  });
});
