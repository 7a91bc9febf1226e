import { describe, expect, test } from 'vitest';
import type { Run } from '../../server/run/run.ts';
import { areTwoModels, changesOf, differencesOf, flawsOf } from '../../server/run/comparable.ts';
import { testPlan } from '../helpers/stored-run.ts';

describe('two runs can be compared', () => {
  const plan = testPlan();
  const run = (more: object = {}): Run => ({ loadTestId: 't', workflowId: null, workflowHash: 'a', framework: 'locust', frameworkVersion: '2.47.0', place: 'local', plan, planHash: 'p', hostFingerprint: 'linux x64', baselineWorkflowHash: null, result: { generator: { saturated: false } }, ...more }) as unknown as Run;

  test('when they differ in nothing but the definition, which is told as what changed', () => {
    expect(differencesOf(run(), run({ workflowHash: 'b' }))).toEqual([]);
    expect(changesOf(run(), run({ workflowHash: 'b' }))).toEqual(['The definition was changed: a against b.']);
    expect(changesOf(run(), run())).toEqual([]);
  });

  test('also when only objectives differ, or a default was written out: the same is measured', () => {
    const judged = testPlan({ objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 100 }], requestTimeoutMs: 30_000 });
    expect(differencesOf(run(), run({ plan: judged, planHash: 'q' }))).toEqual([]);
  });

  test('else each difference is named', () => {
    const other = testPlan({ target: { preset: 'studio', baseUrl: 'http://127.0.0.1:9000' }, load: { preset: { key: 'constant', users: 3, durationMs: 10_000 } }, connections: 'perIteration', requestTimeoutMs: 1000 });
    expect(differencesOf(run(), run({ plan: other, planHash: 'q' }))).toEqual(['Another target.', 'Another load.', 'Another request timeout.', 'Connections are kept in another way.']);
    expect(differencesOf(run(), run({ frameworkVersion: '2.48.0', place: 'fargate', hostFingerprint: null }))).toEqual([
      'Another version of the framework: 2.47.0 against 2.48.0.',
      'Another place: local against fargate.',
      'Another kind of machine: linux x64 against not known.',
    ]);
    expect(differencesOf(run(), run({ framework: 'k6', frameworkVersion: '2.2.1' }))).toEqual(['Another framework: locust against k6.']);
    // Of neither it is known: nothing to say.
    expect(differencesOf(run({ hostFingerprint: null, frameworkVersion: null }), run({ hostFingerprint: null, frameworkVersion: null }))).toEqual([]);
    expect(differencesOf(run({ loadTestId: null, workflowId: 'one' }), run({ loadTestId: 'u', workflowId: 'two' }))).toEqual(['They are of different workflows.']);
    expect(differencesOf(run({ loadTestId: null, workflowId: 'one' }), run({ loadTestId: 'u', workflowId: 'one' }))).toEqual([]);
    expect(differencesOf(run({ loadTestId: null }), run({ loadTestId: null, workflowHash: 'b' }))).toEqual(['They are of different workflows.']);
  });

  test('and what a single one of them is not worth is named with its side', () => {
    const poor = run({ result: { generator: { saturated: true, achievedRatio: 0.7 }, summary: { linesLost: 2 } } });
    expect(flawsOf(poor, 'later')).toEqual(['The load generator did not keep up in the later run.', 'Some results of the later run were lost.', 'Only 70 % of the planned load was reached in the later run.']);
    expect(flawsOf(poor, 'baseline')).toEqual(['The load generator did not keep up in the baseline run.', 'Some results of the baseline run were lost.', 'Only 70 % of the planned load was reached in the baseline run.']);
    const reached = (achievedRatio: number | null) => flawsOf(run({ result: { generator: { saturated: false, achievedRatio } } }), 'later');
    expect([reached(null), reached(0.98), reached(0.9799)]).toEqual([[], [], ['Only 97 % of the planned load was reached in the later run.']]);
  });

  test('users against a rate are never the same question', () => {
    const open = testPlan({ load: { preset: { key: 'constant', ratePerSecond: 3, durationMs: 10_000 } } });
    expect([areTwoModels(run(), run({ plan: open, planHash: 'q' })), areTwoModels(run(), run())]).toEqual([true, false]);
  });
});
