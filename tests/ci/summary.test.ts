/** What a pull request shows, and JUnit: of names that want to be more than names. */
import { describe, expect, test } from 'vitest';
import { plain } from '../../plugin/ci/markdown.ts';
import type { ComparisonAnswer, MetricAnswer } from '../../plugin/ci/questions.ts';
import { summaryOf } from '../../plugin/ci/summary.ts';
import type { Summary } from '../../server/metrics/summary.ts';
import type { Run, RunResult } from '../../server/run/run.ts';
import type { ObjectiveResult } from '../../server/verdict/assess.ts';
import { testPlan } from '../helpers/stored-run.ts';

const NASTY = 'a <img src=x> "q" \'s\' & | `code` *b* _i_ [l](http://x) ~~s~~ $x$ # @team\n\r\t\u0000\u001b[31m \ud800 =1+1';

const latency = { count: 990, censored: 0, atLeast: ['maxMs'], minMs: 2, meanMs: 9, p50Ms: 9, p90Ms: 10, p95Ms: 10.04, p99Ms: 612.4, p999Ms: 30_000, maxMs: 30_000 };
const summary: Summary = {
  executions: 1000, failedExecutions: 10, errorRatio: 0.01, throughputPerSecond: 99, requests: 1000, failedRequests: 10, requestRatePerSecond: 100, durationMs: 10_000, iterationsStarted: 1000, iterationsDropped: 0,
  iterationsInterrupted: 0, inFlightAtEnd: 0, newConnections: 2, checksPassed: 0, checksFailed: 0, linesUnreadable: 0, linesLost: 0, latency,
};
const objective: ObjectiveResult = {
  metric: 'latency', statistic: 'p95', comparison: '<', value: 5, requestName: null, during: 'steady', added: false, abortAfterMs: null, measured: 10.04, verdict: 'failed', margin: 'clear',
  samples: 990, needed: 59, slower: 900, allowed: 49, reasonCode: 'slower_than_allowed', reason: '900 of 990 executions were slower than 5 ms, 49 allowed.',
};
const tooFew: ObjectiveResult = { ...objective, statistic: 'p999', value: 900, verdict: 'not_evaluated', margin: null, reasonCode: 'too_few_samples', reason: 'Too few executions to say.' };
const passed: ObjectiveResult = { ...objective, metric: 'error_ratio', statistic: null, value: 0.02, measured: 0.01, verdict: 'passed', margin: 'narrow', reasonCode: null, reason: 'That is narrow.' };
const result: RunResult = {
  summary, steady: summary, objectives: [objective, tooFew, passed], verdictReasons: [objective.reason, 'The target was slow.'],
  requests: [{ name: 'execute', requests: 1000, failed: 10, errorRatio: 0.01, latency, failures: [{ class: 'timeout', count: 10, example: null }] }],
  generator: { cpuRatio: null, memoryBytes: null, achievedRatio: 1, latenessP99Ms: 0, sameMachineAsTarget: null, isolation: '', saturated: false, reasons: [] },
};
const plan = testPlan();
const run: Run = {
  id: 'x', organizationId: 'ci', loadTestId: null, number: null, workflowId: null, framework: 'locust', frameworkVersion: '2.47.0', place: 'imported', state: 'finished', moves: [], workflowHash: 'a', baselineWorkflowHash: null, plan, planHash: 'b',
  plannedDurationMs: 10_000, scriptHash: 'c', warnings: [], startedBy: 'CI', repeatGroup: null, hostFingerprint: null, createdAt: new Date(0), startedAt: new Date(0), finishedAt: new Date(0), sequence: 1,
  ending: { cause: 'planned_end', message: 'The plan ran to its end.', exitCode: null }, verdict: 'failed', result, imported: null, foldedAt: null, fleet: null,
};
const nasty: Run = { ...run, result: { ...result, verdictReasons: [NASTY], objectives: [{ ...objective, requestName: NASTY, reason: NASTY }], requests: [{ name: NASTY, requests: 1, failed: 1, errorRatio: 1, latency, failures: [{ class: 'other', count: 1, example: NASTY }] }] } };

const base = { title: 'price lookup', tool: 'Locust', capacity: null, comparison: null, baseline: null, notes: [] };

test('a failed run says why, objective by objective', () => {
  const text = summaryOf({ ...base, run });
  expect(text.split('\n')[0]).toBe('## ❌ Load test failed: price lookup');
  expect(text).toContain('Locust 2.47.0, 10 s, 1000 executions, 10 failed, 99/s. The plan ran to its end.');
  expect(text).toContain('- The target was slow.');
  expect(text).toContain('| p95 &lt; 5 ms of executions | 10 ms | ❌ failed | 900 of 990 executions were slower than 5 ms, 49 allowed. |');
  expect(text).toContain('| p999 &lt; 900 ms of executions | 10 ms | ⚠️ not evaluated | Too few executions to say. |');
  expect(text).toContain('| error ratio &lt; 2 % of executions | 1 % | ✅ passed, narrowly | That is narrow. |');
  expect(text).toContain('| execute | 1000 | 10 | 9 ms | 10 ms | 612 ms | ≥ 30\u202f000 ms |');
  expect(text).toContain('| execute | timeout | 10 |  |');
});

test('a run of which nothing came says so', () => {
  expect(summaryOf({ ...base, run: null, notes: ['Locust ended with exit code 1.'] })).toBe('## ❌ Load test did not run: price lookup\n\n> Locust ended with exit code 1.\n');
});

describe('a comparison', () => {
  const metric = (more: Partial<MetricAnswer>): MetricAnswer => ({ metric: 'latency', statistic: 'p95', primary: true, baseline: 100, current: 125, changeRatio: 0.25, low: 0.181, high: 0.3, confidence: 0.9, outcome: 'REGRESSION', method: 'blocks', reason: null, ...more });
  const comparison: ComparisonAnswer = {
    changes: ['Another definition.'], differences: [],
    metrics: [metric({}), metric({ metric: 'error_ratio', statistic: null, baseline: 0, current: 0.01, changeRatio: 0.01, low: -0.001, high: 0.02, outcome: 'UNCLEAR', reason: 'Too short.', method: 'seconds' }), metric({ statistic: 'p99', primary: false })],
  };
  const baseline = { run: { id: 'x', startedAt: '2026-03-01T10:00:00.000Z' }, pinnedBy: 'ada', pinnedAt: '2026-03-02T10:00:00.000Z', reason: null };

  test('shows each primary metric with its change, the interval and the method', () => {
    const text = summaryOf({ ...base, run, comparison, baseline });
    expect(text).toContain('### Compared with the baseline of 2026-03-01, pinned by ada');
    expect(text).toContain('| p95 | 100 ms | 125 ms | +25 % | +18.1 % to +30 % (90 %) | ❌ regression |');
    expect(text).toContain('| error ratio | 0 % | 1 % | +1 points | -0.1 points to +2 points (90 %) | ❔ unclear |');
    expect(text).not.toContain('| p99 | 100 ms');
    expect(text).toContain('- Another definition.\n- Too short.\n\nBy blocks; seconds.');
  });

  test('of two definitions in one run says so', () => {
    expect(summaryOf({ ...base, run, comparison })).toContain('### The two definitions of this run');
  });
});

test('a name in Markdown is a name: no markup, no mention, no further line or cell', () => {
  expect(plain(NASTY)).not.toMatch(/<|(?<!\\)[`*_[|~$#]|@t|[\n\r\t]/);
  const text = summaryOf({ ...base, title: NASTY, run: nasty, notes: [NASTY] });
  const cells = text.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split(/(?<!\\)\|/).length);
  // Three tables: objectives, requests, failures.
  expect([...new Set(cells)]).toEqual([6, 9]);
  expect(text.match(/^## .*$/gm)).toHaveLength(1);
});
