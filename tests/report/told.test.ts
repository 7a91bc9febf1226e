/** Reports of a run of which a tool told totals: judged by these, and nothing else is in them. */
import { expect, test } from 'vitest';
import { htmlOf } from '../../server/report/html.ts';
import { jsonOf } from '../../server/report/json.ts';
import { junitOf } from '../../server/report/junit.ts';
import type { Run } from '../../server/run/run.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { assessTold } from '../../server/verdict/told.ts';
import type { Totals } from '../../templates/results.ts';
import { testPlan } from '../helpers/stored-run.ts';

const plan = testPlan({ objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 200, during: 'whole' }, { metric: 'error_ratio', comparison: '<', value: 0.01, during: 'whole' }] });
const totals: Totals = { toolVersion: null, startedAt: null, durationMs: 10_000, all: null, rules: [], requests: [{ name: '<execute>', requests: 400, failed: 0, latencyOf: 'all', latency: { p95: { value: 180, between: [175, 185] } }, failures: [] }] };

function toldRun(): Run {
  const resolved = resolvePlan(plan);
  const { verdict, ...assessment } = assessTold(resolved, { totals, executions: totals.requests[0] ?? null, cutShort: false });
  return {
    id: 'r', organizationId: 'north', loadTestId: 't', number: 1, workflowId: null, framework: 'locust', frameworkVersion: null, place: 'imported', state: 'finished', moves: [{ from: null, to: 'queued', at: '2026-03-01T10:00:00.000Z', cause: 'import' }, { from: 'queued', to: 'starting', at: '2026-03-01T10:00:00.000Z', cause: 'import' }],
    workflowHash: 'a', baselineWorkflowHash: null, plan, planHash: resolved.hash, plannedDurationMs: resolved.durationMs, scriptHash: '', warnings: [], startedBy: 'ada', repeatGroup: null, hostFingerprint: null,
    createdAt: new Date(0), startedAt: null, finishedAt: new Date(1), foldedAt: null, fleet: null, sequence: 0, ending: { cause: 'planned_end', message: 'The results reach to the end of the plan.', exitCode: null }, verdict, result: null,
    imported: { fileName: 'stats.json', format: 'Locust JSON', told: { totals, assessment } },
  };
}
const rest = { title: 'x', capacity: null, points: [], notes: [] };

test('JUnit has its objectives, and never passes on none', () => {
  const text = junitOf(toldRun(), 'x');
  expect(text.match(/<testcase /g)).toHaveLength(2);
  expect(text).toContain('Measured 180 ms, limit &#60; 200 ms, of 400 samples.');
  expect(text).toContain('tests="2" failures="0" errors="0"');
});

test('HTML has its objectives and what the tool told, and claims no more', () => {
  const text = htmlOf(toldRun(), { frameworkName: 'Locust', ...rest });
  expect(text).toContain('All 2 objectives held.');
  expect(text).toContain('What Locust JSON tells');
  expect(text).toMatch(/<bdi>&#60;execute&#62;<\/bdi>/);
  expect(text).toContain('\u2248 180\u00a0ms');
  expect(text).toContain("Every number is the tool's own.");
  expect(text).not.toContain('Over the time of the run');
});

test('JSON has the words of the API', () => {
  const json = JSON.parse(jsonOf(toldRun(), { id: 'r', ...rest }));
  expect(json).toMatchObject({
    verdict: 'PASSED', summary: null, objectives: [{ verdict: 'PASSED', measured: 180 }, { verdict: 'PASSED', measured: 0 }],
    importedFrom: { fileName: 'stats.json', format: 'Locust JSON', durationMs: 10_000, told: [{ name: '<execute>', requests: 400, failed: 0, latency: [{ statistic: 'p95', valueMs: 180, leastMs: 175, mostMs: 185 }] }] },
  });
});
