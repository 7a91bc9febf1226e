import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan, PRESETS, TARGETS } from '../../server/script/plan.ts';
import type { AuthFields } from '../../ui/src/lib/plan/auth.ts';
import { readingOf } from '../../ui/src/lib/plan/dataset.ts';
import { emptyFields, fromPlan, toPlan } from '../../ui/src/lib/plan/fields.ts';
import { emptyInputs, formatOf } from '../../ui/src/lib/plan/inputs.ts';
import { keptFields } from '../../ui/src/lib/plan/kept.ts';
import { type Metric, nextMetric, proposedObjective, withMetric } from '../../ui/src/lib/plan/objective.ts';
import { atField, formPath, isOneOfItsProblems, nearest, previewable, problemsOf, valueAround, within } from '../../ui/src/lib/plan/problems.ts';
import { numberInPlan } from '../../ui/src/lib/plan/rows.ts';
import { foundRows, ownMarks, withNoSecret } from '../../ui/src/lib/plan/secrets.ts';
import { isBlankHeader } from '../../ui/src/lib/plan/target.ts';
import { textOfFile } from '../../ui/src/lib/plan/text-of-file.ts';
import { variablesOf } from '../../ui/src/lib/run/variables.ts';
import { anyPlan } from './any-plan.ts';
import { plans } from './plans.ts';

const target = { preset: 'studio', baseUrl: 'http://127.0.0.1:8000' } as const;

function filled() {
  const fields = emptyFields();
  fields.target.baseUrl = target.baseUrl;
  return fields;
}

function limited(limit: string, metric: Metric = 'latency') {
  const objective = proposedObjective(metric);
  return { ...objective, limits: { ...objective.limits, [metric]: limit } };
}

describe('a duration that cannot be read', () => {
  const BANANA = 'This cannot be read as a duration. Type a number with its unit (ms, s, min or h), or minutes and seconds as 1:30.';
  const said = (change: (fields: ReturnType<typeof filled>) => void) => {
    const fields = filled();
    change(fields);
    return problemsOf(toPlan(fields));
  };
  it.each<[string, (fields: ReturnType<typeof filled>) => void]>([
    ['load.preset.durationMs', (fields) => Object.assign(fields, { shape: 'constant', sizes: { ...fields.sizes, constant: { users: '', rate: '', duration: 'banana' } } })],
    ['load.closed.stages[1].durationMs', (fields) => Object.assign(fields, { shape: 'stages', closedStages: [{ duration: '0 s', level: '5' }, { duration: 'soon', level: '5' }] })],
    ['requestTimeoutMs', (fields) => Object.assign(fields, { timeout: '5 parsecs' })],
    ['objectives[0].abortAfterMs', (fields) => Object.assign(fields, { objectives: [{ ...limited('500'), abortAfter: 'never' }] })],
  ])('is told what can be typed, at %s', (path, change) => expect(said(change)).toEqual([{ path, message: BANANA }]));
  it('is not one that is too exact: that is said as the server says it', () => expect(said((fields) => Object.assign(fields, { timeout: '1.5 ms' }))[0]?.message).toBe('Give whole milliseconds.'));
});

describe('a stored plan opened in the form', () => {
  it.each(Object.entries(plans))('%s comes back from it unchanged', (_name, plan) => {
    expect(parsePlan(plan).problems).toBeUndefined();
    const { objectives, ...rest } = plan;
    expect(toPlan(fromPlan(plan, 'k6', 'A name'))).toEqual({ ...rest, ...(objectives?.length ? { objectives } : {}) });
  });

  it('comes back from it unchanged, whatever plan it is', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        fc.pre(parsePlan(plan).plan !== undefined);
        // An empty list says as much as none.
        const lists = Object.fromEntries((['checks', 'secrets', 'objectives'] as const).flatMap((key) => (plan[key]?.length ? [[key, plan[key]]] : [])));
        const { checks, secrets, objectives, ...rest } = plan;
        expect(toPlan(fromPlan(plan, 'k6', ''))).toEqual({ ...rest, ...lists });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a draft that the browser kept', () => {
  it('opens as it was left, with all that was typed for what is not chosen', () => {
    const fields = filled();
    Object.assign(fields.target, { preset: 'custom', workflowName: 'orders', workflowId: 'w1', paths: { studio: '/a', gateway: '/b', custom: '/c' } });
    Object.assign(fields.inputs, { kind: 'none', fixed: '{"half": ', csv: { text: 'a\n1', file: 'a.csv', leftOut: '' }, json: { text: '[', file: '', leftOut: '' } });
    fields.objectives = [{ ...proposedObjective('throughput'), statistic: 'max', limits: { latency: '1', error_ratio: '2', checks_ratio: '3', throughput: '4' } }];
    expect(keptFields(JSON.stringify(fields))).toEqual(fields);
  });

  it('of the first version opens with what it has', () => {
    const first = {
      name: 'Old', framework: 'k6',
      target: { preset: 'gateway', baseUrl: 'http://127.0.0.1:1', path: '/own', workflowName: 'orders', auth: 'bearer', variable: 'MY_TOKEN', headers: [{ name: 'X-A', value: '1' }], failOnSuccessFalse: false },
      model: 'closed', shape: 'constant', sizes: { constant: { users: '7', rate: '10', duration: '30 s' } },
      closedStages: [{ duration: '1 min', level: '3' }], openStages: [], maxUsers: '9', thinkMin: '', thinkMax: '', timeout: '2 s', warmUp: '', connections: 'reuse',
      inputs: '{"n": 1}',
      objectives: [{ metric: 'error_ratio', statistic: 'p95', comparison: '<', limit: '5', requestName: '', during: 'whole' }],
    };
    const fields = keptFields(JSON.stringify(first));
    expect(fields && problemsOf(toPlan(fields))).toEqual([]);
    expect(fields && toPlan(fields)).toEqual({
      target: { preset: 'gateway', baseUrl: 'http://127.0.0.1:1', path: '/own', workflowName: 'orders', auth: { bearer: { variable: 'MY_TOKEN' } }, headers: [{ name: 'X-A', value: '1' }], failOnSuccessFalse: false },
      load: { preset: { key: 'constant', users: 7, durationMs: 30_000 } },
      inputs: { fixed: '{"n": 1}' },
      requestTimeoutMs: 2000,
      connections: 'reuse',
      objectives: [{ metric: 'error_ratio', comparison: '<', value: 0.05, during: 'whole' }],
    });
    expect(fields?.sizes.ramp).toEqual(emptyFields().sizes.ramp);
  });

  it.each(['', 'no JSON', 'null', '[]', '7'])('that is none is left alone: %s', (text) => expect(keptFields(text)).toBeNull());

  it('never breaks the form, whatever stands in it', () => {
    fc.assert(fc.property(fc.json(), (text) => { const fields = keptFields(text); if (fields) problemsOf(toPlan(fields)); }));
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...Object.keys(emptyFields())), fc.jsonValue()), (kept) => { const fields = keptFields(JSON.stringify(kept)); if (fields) problemsOf(toPlan(fields)); }));
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
    Object.assign(fields, { shape: 'stages', closedStages: [{ duration: '10 s', level: '5' }, { duration: 'soon', level: 'many' }], inputs: { ...emptyInputs(), kind: 'fixed', fixed: '[1]' } });
    fields.objectives = [limited('')];
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
    fields.objectives = ['7', '0.1', '0.07 %'].map((limit) => limited(limit, 'error_ratio'));
    expect(toPlan(fields).objectives?.map((objective) => objective.value)).toEqual([0.07, 0.001, 0.0007]);
  });

  it('changes the comparison with the metric, so that the row stays valid, and forgets no limit', () => {
    const typed = limited('123');
    expect(withMetric(typed, 'throughput').comparison).toBe('>=');
    expect(withMetric(withMetric({ ...typed, comparison: '<=' }, 'checks_ratio'), 'latency')).toEqual({ ...typed, comparison: '<=' });
  });

  it('proposes the objective that is missing, checks only where there are some', () => {
    const next = (metrics: Metric[], checks: boolean) => nextMetric(metrics.map((metric) => proposedObjective(metric)), checks);
    expect([next([], false), next(['latency'], true), next(['latency', 'error_ratio'], true), next(['latency', 'error_ratio'], false)]).toEqual(['latency', 'error_ratio', 'checks_ratio', 'throughput']);
  });

  it('sends of each preset only what it takes, and keeps the rest', () => {
    const fields = filled();
    Object.assign(fields.target, { workflowName: 'orders', workflowId: 'w1', mode: 'async', method: 'GET', ownBody: true, body: '{}', paths: { studio: '', gateway: '', custom: '/c' } });
    Object.assign(fields, { pollInterval: '1 s', pollDeadline: '2 s' });
    for (const preset of TARGETS) {
      fields.target.preset = preset;
      expect(problemsOf(toPlan(fields)), preset).toEqual([]);
    }
    expect(toPlan(fields)).not.toHaveProperty('pollIntervalMs');
    fields.target.preset = 'sessions';
    expect(toPlan(fields)).toMatchObject({ target: { workflowName: 'w1' }, pollIntervalMs: 1000, pollDeadlineMs: 2000 });
  });

  it('leaves out rows that were added and left empty, and counts the others as the plan does', () => {
    const fields = filled();
    const headers = [{ name: '', value: '' }, { name: 'X-A', value: '1' }];
    fields.target.headers = headers;
    fields.secrets = [{ path: ' ', secret: true }, { path: '/a', secret: true }];
    expect(toPlan(fields)).toMatchObject({ target: { headers: [{ name: 'X-A' }] }, secrets: [{ path: '/a' }] });
    expect(numberInPlan(headers, 1, isBlankHeader)).toBe(0);
  });

  it('asks for the values of all variables that the plan names', () => {
    const fields = filled();
    const named = (kind: AuthFields['kind']) => { fields.target.auth.kind = kind; return variablesOf(toPlan(fields)); };
    expect([named('none'), named('bearer'), named('apiKey'), named('login')]).toEqual([[], ['LOAD_TEST_TOKEN'], ['LOAD_TEST_API_KEY'], ['LOAD_TEST_USERNAME', 'LOAD_TEST_PASSWORD']]);
  });
});

describe('secrets', () => {
  const found = [{ path: '/a', variable: 'A' }, { path: '/code', variable: 'B' }, { path: '/code', variable: 'C' }];

  it('are listed by place, and a mark says that one is none', () => {
    const marks = withNoSecret([], '/code', true);
    expect(foundRows(found, marks)).toEqual([{ path: '/a', variables: ['A'], noSecret: false }, { path: '/code', variables: ['B', 'C'], noSecret: true }]);
    expect(withNoSecret(marks, '/code', false)).toEqual([]);
  });

  it('that the user added, and marks whose place is not found any more, stand in rows of their own', () => {
    const marks = [{ path: '/a', secret: false }, { path: '', secret: true }, { path: '/gone', secret: false }, { path: '/b', secret: true }];
    expect(ownMarks(found, marks).map(({ index, number }) => [index, number])).toEqual([[1, 1], [2, 1], [3, 2]]);
  });
});

describe('a data set', () => {
  it('is read as the server reads it', () => {
    const read = readingOf({ format: 'csv', text: '\ufeffsku;n\r\n007;1\r\n"a;b";2\r\n', order: 'unique' });
    expect(read.preview).toEqual({ columns: ['sku', 'n'], rows: [['007', '1'], ['a;b', '2']], rowCount: 2, columnCount: 2 });
    expect(read.warnings.join(' ')).toMatch(/Each row is used once/);
  });

  it('that cannot be read has its problem at the field', () => {
    expect(readingOf({ format: 'json', text: '[{"n": 1}, 7]', order: 'sequential' }).problems).toEqual([{ path: 'inputs.dataset.text', message: expect.stringMatching(/^Row 2 is a number/) }]);
  });

  it('has the format that its name says', () => expect(['a.CSV', 'rows.jsonl', 'b.json', 'c.tsv', 'noname'].map(formatOf)).toEqual(['csv', 'json', 'json', 'csv', null]));

  it('comes from a file in UTF-8, or is refused', async () => {
    expect(await textOfFile(new Blob(['\ufeffä,b']))).toEqual({ text: 'ä,b' });
    expect(await textOfFile(new Blob([Uint8Array.of(0xe4, 0x2c, 0x62)]))).toEqual({ refused: 'not_utf8' });
    expect(await textOfFile(new Blob(['x'.repeat(13 * 1024 * 1024)]))).toEqual({ refused: 'too_large' });
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
    expect(atField({ path: 'inputs.fixed: user.id', message: 'A counter starts at a whole number.' })).toEqual({ path: 'inputs.fixed', message: 'user.id: A counter starts at a whole number.' });
    expect(valueAround({ load: { closed: { stages: [{}, { users: 7 }] } } }, 'load.closed.stages[1].users')).toBe(7);
  });

  it('stand at the nearest place that the form has', () => {
    const fields = new Set(['load.closed.stages[2].users', 'connections', 'target.auth']);
    const groups = new Set(['load', 'load.closed.stages', 'target.headers']);
    const place = (path: string) => nearest(path, fields, groups);
    expect(place('load.closed.stages[2].users')).toBe('load.closed.stages[2].users');
    expect(place('load.closed.stages[2].durationMs')).toBe('load.closed.stages');
    expect(place('load.open.maxUsers')).toBe('load');
    expect(place('connections')).toBe('connections');
    for (const path of ['', 'target.preset', 'target.auth.login.path', 'edges[0].cycle', 'connections[0].cycle', 'nodes.a.b.type', 'metadata._workflow_inputs', 'loader', '.', '[', 'a..b[']) expect(place(path)).toBeNull();
  });

  it('of the server stay until what stands there, or around it, is another', () => {
    const plan = { load: { preset: { key: 'constant', users: 5 } } };
    expect(valueAround(plan, 'load.preset.users')).toBe(5);
    expect(valueAround(plan, 'load.open.maxUsers')).toEqual(plan.load);
    expect(valueAround(plan, 'edges[0].cycle')).toBeUndefined();
    expect(valueAround({ ...plan, connections: 'reuse' }, 'connections[0].cycle')).toBeUndefined();
  });

  it('are not said twice when the refusal is one of them', () => {
    const refusal = (message: string, ...problems: { path: string; message: string }[]) => ({ code: 'any', message, problems, effectsHash: null });
    const [path, message] = ['environment.TOKEN', 'This value is too long.'];
    for (const said of [message, `${path}: ${message}`, `TOKEN: ${message}`]) expect(isOneOfItsProblems(refusal(said, { path: 'load', message: 'No.' }, { path, message }))).toBe(true);
    expect(isOneOfItsProblems(refusal(`k6 cannot run this plan: ${message}`, { path, message }))).toBe(false);
    expect(isOneOfItsProblems(refusal('The plan cannot be run.'))).toBe(false);
  });

  it('outside of the load do not keep the curve from being drawn', () => {
    const fields = filled();
    fields.target.baseUrl = '';
    Object.assign(fields.inputs, { kind: 'fixed', fixed: 'no JSON' });
    fields.objectives = [limited('x'), proposedObjective()];
    const plan = toPlan(fields);
    const able = previewable(plan, problemsOf(plan));
    expect(able?.objectives).toEqual([1]);
    expect(problemsOf(able?.plan ?? plan)).toEqual([]);
  });

  it('of the target leave only what fits every target', () => {
    const fields = filled();
    Object.assign(fields.target, { preset: 'sessions', baseUrl: '' });
    Object.assign(fields, { pollInterval: '1 s', checks: [{ name: '', path: '', equals: '1' }] });
    fields.objectives = [{ ...proposedObjective(), requestName: 'poll' }, proposedObjective('checks_ratio'), { ...proposedObjective(), requestName: 'execute' }];
    const plan = toPlan(fields);
    const able = previewable(plan, problemsOf(plan));
    expect(able?.objectives).toEqual([2]);
    expect(problemsOf(able?.plan ?? plan)).toEqual([]);
  });

  it('of large data sets are found here: they are not sent with each change', () => {
    const fields = filled();
    Object.assign(fields.inputs, { kind: 'dataset', csv: { text: `a\n${'x\n'.repeat(200_000)}`, file: '', leftOut: '' } });
    expect(previewable(toPlan(fields), [])?.plan.inputs).toBeNull();
  });

  it('of the load itself do', () => {
    const fields = filled();
    fields.sizes.smoke.users = '0';
    expect(previewable(toPlan(fields), problemsOf(toPlan(fields)))).toBeNull();
  });
});
