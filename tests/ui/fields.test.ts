import { describe, expect, it } from 'vitest';
import { parsePlan, PRESETS, type TestPlan } from '../../server/script/plan.ts';
import { emptyFields, fromPlan, toPlan } from '../../ui/src/lib/plan/fields.ts';
import { proposedObjective, withMetric } from '../../ui/src/lib/plan/objective.ts';
import { formPath, previewable, problemsOf, valueAt, within } from '../../ui/src/lib/plan/problems.ts';

const target = { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' } as const;

function filled() {
  const fields = emptyFields();
  fields.target.baseUrl = target.baseUrl;
  return fields;
}

const plans: Record<string, TestPlan> = {
  'the smallest': { target, load: { preset: { key: 'smoke' } } },
  'a smoke test with a size': { target, load: { preset: { key: 'smoke', users: 3, durationMs: 5000 } } },
  'stages of users': { target, load: { closed: { stages: [{ durationMs: 0, users: 5 }, { durationMs: 20_500, users: 5 }] } }, thinkTime: { minMs: 250, maxMs: 1000 } },
  'stages of a rate': { target, load: { open: { stages: [{ durationMs: 60_000, ratePerSecond: 0.5 }], maxUsers: 7 } }, warmUpMs: 0, requestTimeoutMs: 1500 },
  'everything else': {
    target: { preset: 'gateway', baseUrl: 'https://example.test', workflowName: 'orders', path: '/x', headers: [{ name: 'X-A', value: ' spaces ' }], auth: { bearer: { variable: 'TOKEN' } }, failOnSuccessFalse: false },
    load: { preset: { key: 'spike', ratePerSecond: 12.5, durationMs: 90_000 } },
    inputs: { fixed: '{"id": 12345678901234567890}' },
    connections: 'perIteration',
    objectives: [
      { metric: 'latency', statistic: 'p999', comparison: '<=', value: 1500, requestName: 'execute', during: 'whole' },
      { metric: 'error_ratio', comparison: '<', value: 0.07, during: 'steady' },
      { metric: 'throughput', comparison: '>', value: 9.5 },
    ],
  },
  'authentication said to be none': { target: { ...target, auth: { none: true } }, load: { preset: { key: 'soak' } }, objectives: [] },
};

describe('a stored plan opened in the form', () => {
  it.each(Object.entries(plans))('%s comes back from it unchanged', (_name, plan) => {
    expect(parsePlan(plan).problems).toBeUndefined();
    expect(toPlan(fromPlan(plan, 'k6', 'A name'))).toEqual({ objectives: [], ...plan });
  });
});

describe('the form', () => {
  it('proposes a smoke test that has no problem', () => expect(problemsOf(toPlan(filled()))).toEqual([]));

  it.each(PRESETS)('sends the preset %s with only what was typed for it', (preset) => {
    const fields = filled();
    fields.shape = preset;
    fields.sizes[preset].users = '4';
    expect(toPlan(fields).load).toEqual({ preset: { key: preset, users: 4 } });
  });

  it('keeps what was typed for one model while the other is looked at', () => {
    const fields = filled();
    fields.shape = 'stages';
    fields.closedStages = [{ duration: '1 min', level: '12' }];
    fields.model = 'open';
    expect(toPlan(fields).load).toHaveProperty('open');
    fields.model = 'closed';
    expect(toPlan(fields).load).toEqual({ closed: { stages: [{ durationMs: 60_000, users: 12 }] } });
  });

  it('names the field of what cannot be read', () => {
    const fields = filled();
    Object.assign(fields, { shape: 'stages', closedStages: [{ duration: '10 s', level: '5' }, { duration: 'soon', level: 'many' }], inputs: '[1]' });
    fields.objectives = [{ ...proposedObjective(), limit: '' }];
    fields.target.baseUrl = 'nowhere';
    expect(problemsOf(toPlan(fields)).map((problem) => problem.path).sort()).toEqual([
      'inputs.fixed',
      'load.closed.stages[1].durationMs',
      'load.closed.stages[1].users',
      'objectives[0].value',
      'target.baseUrl',
    ]);
  });

  it('leaves think time out of the open model, where the plan does not take it', () => {
    const fields = filled();
    Object.assign(fields, { model: 'open', shape: 'constant', thinkMin: '1 s' });
    expect(problemsOf(toPlan(fields))).toEqual([]);
  });

  it('keeps a limit exact that is typed in per cent', () => {
    const fields = filled();
    fields.objectives = ['7', '0.1', '0.07 %'].map((limit) => ({ ...proposedObjective('error_ratio'), limit }));
    expect(toPlan(fields).objectives?.map((objective) => objective.value)).toEqual([0.07, 0.001, 0.0007]);
  });

  it('changes the comparison with the metric, so that the row stays valid', () => {
    expect(withMetric(proposedObjective('latency'), 'throughput').comparison).toBe('>=');
    expect(withMetric(proposedObjective('throughput'), 'error_ratio').comparison).toBe('<');
  });
});

describe('problems', () => {
  it('are found at their field and at the group around it', () => {
    expect(within('load.closed.stages[2].users', 'load.closed.stages')).toBe(true);
    expect(within('load.closed.stages[2].users', 'load.closed.stages[2].users')).toBe(true);
    expect(within('load.closed.stages[2].users', 'load.closed.stages[2].durationMs')).toBe(false);
    expect(within('targeted', 'target')).toBe(false);
  });

  it('of the server lead to the same fields', () => {
    expect(formPath('plan.load.preset.users')).toBe('load.preset.users');
    expect(formPath('target.baseUrl')).toBe('target.baseUrl');
    expect(valueAt({ load: { closed: { stages: [{}, { users: 7 }] } } }, 'load.closed.stages[1].users')).toBe(7);
  });

  it('outside of the load do not keep the curve from being drawn', () => {
    const fields = filled();
    fields.target.baseUrl = '';
    fields.inputs = 'no JSON';
    fields.objectives = [{ ...proposedObjective(), limit: 'x' }, proposedObjective()];
    const plan = toPlan(fields);
    const able = previewable(plan, problemsOf(plan));
    expect(able?.objectives).toEqual([1]);
    expect(problemsOf(able?.plan ?? plan)).toEqual([]);
  });

  it('of the load itself do', () => {
    const fields = filled();
    fields.sizes.smoke.users = '0';
    expect(previewable(toPlan(fields), problemsOf(toPlan(fields)))).toBeNull();
  });
});
