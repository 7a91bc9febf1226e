/** Script inputs and plans that nobody would write by hand, within the contract. */
import fc from 'fast-check';
import type { ScriptFlow, ScriptInput, ScriptRequest } from '../../templates/framework.ts';
import { fewFailures, mostChecks, p95Below, scriptInput } from './bundle.ts';
import { definitionText, NASTY } from './definitions.ts';

/** Any text that has a form in UTF-8. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(...NASTY, '', '"', "'", '\\', '\\"', "\\'", '\r', '\n', '\r\n', '\u2028', '\u2029', '\u0085', '\0', '`', '{{', '}}', '{%', '{#', '</script>', '"""', "'''", '#', '//', '*/', 'PLAN = 1', '};', '\n};\n', '__proto__', '\ufeff'),
);
const printable = fc.stringMatching(/^[ -~]{0,30}$/);
const token = fc.oneof(fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/), fc.constantFrom('constructor', 'toString', 'x-{{', 'X-A'));
/** A % that begins no escape is what k6 cannot send. */
const path = fc.stringMatching(/^\/[!-$&-z|~]{0,40}$/);
const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);

const FILES = ['data/definition.json', 'data/a.json', 'data/b.txt'];
const part = fc.oneof(fc.record({ text }), fc.record({ file: fc.constantFrom(...FILES) }), fc.record({ value: fc.constantFrom('session' as const, 'workflow' as const) }), fc.record({ variable }));

const request = (name: string, success: ScriptRequest['success'], takes: ScriptRequest['takes']) =>
  fc.record<ScriptRequest>({
    name: fc.constant(name),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    path,
    headers: fc.uniqueArray(fc.record({ name: token, value: printable }), { maxLength: 4, selector: (header) => header.name.toLowerCase() }),
    body: fc.option(fc.array(part, { maxLength: 5 })),
    success: fc.constant(success),
    takes: fc.constant(takes),
  });

const async = fc.record<Pick<ScriptFlow, 'execute' | 'poll'>>({
  execute: request('execute', 'accepted', { value: 'execution', pointer: '/execution_id' }),
  poll: request('poll', 'polledGateway', null),
});
const sync = fc.record<Pick<ScriptFlow, 'execute' | 'poll'>>({ execute: request('execute', 'custom', null), poll: fc.constant(null) });

const flow = fc
  .tuple(
    fc.record({
      baseUrl: fc.constantFrom('http://127.0.0.1:8000', "https://example.com/it's/{{x}}/%22"),
      credential: fc.option(fc.record({ header: token, prefix: fc.constantFrom('Bearer ', ''), variable })),
      setUp: fc.option(request('session', 'value', { value: 'session', pointer: '/session_id' })).map((one) => (one ? [one] : [])),
      failOnSuccessFalse: fc.boolean(),
      checks: fc.uniqueArray(fc.record({ name: text, pointer: text.map((pointer) => `/${pointer}`), equals: fc.constantFrom(...NASTY) }), { maxLength: 3, selector: (check) => check.name }),
      inputs: fc.option(fc.constantFrom({ kind: 'parts' as const, file: 'data/inputs.json' }, { kind: 'rows' as const, file: 'data/rows.jsonl', order: 'unique' as const, count: 2 })),
      secrets: fc.array(fc.record({ variable, marker: text, file: fc.constantFrom(...FILES) }), { maxLength: 2 }),
    }),
    fc.oneof(sync, async),
  )
  .map(([one, other]): Partial<ScriptFlow> => ({ ...one, ...other }));

const stage = fc.record({ durationMs: fc.integer({ min: 0, max: 60_000 }), target: fc.integer({ min: 0, max: 100 }) });
const objective = fc.constantFrom(p95Below(500), fewFailures, mostChecks, { ...p95Below(0.1), abortAfterMs: 5000 }, { ...p95Below(500), strict: true as const }, { ...p95Below(500), comparison: '<=' as const, value: null, perMille: null, slowerFromMicros: null, maxChangeRatio: 0.1 }, { ...fewFailures, added: false, requestName: 'execute', value: 1e-7, limitPpm: 0 });

export const scriptInputs: fc.Arbitrary<ScriptInput> = fc
  .record({
    flow,
    stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
    objectives: fc.array(objective, { maxLength: 3 }),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    files: fc.tuple(definitionText, text, text),
    holds: printable,
    polled: fc.boolean(),
  })
  .map(({ flow, stages, objectives, seed, files: [definition, a, b], holds }) => {
    const all = [{ durationMs: 0, target: 1 }, ...stages, { durationMs: 1000, target: 1 }];
    const durationMs = all.reduce((sum, one) => sum + one.durationMs, 0);
    const polling = flow.poll ? { pollIntervalMs: 250, pollDeadlineMs: 5000 } : {};
    const named = [...(flow.secrets ?? []).map(({ variable: name }) => name), ...(flow.credential?.variable ? [flow.credential.variable] : [])];
    const bodies = [flow.execute, flow.poll, ...(flow.setUp ?? [])].flatMap((one) => one?.body ?? []).flatMap((one) => ('variable' in one ? [one.variable] : []));
    return scriptInput(
      'http://127.0.0.1:8000',
      { model: 'closed', stages: all, maxUsers: Math.max(...all.map(({ target }) => target)), durationMs, steady: [[0, durationMs]], objectives, seed, connections: flow.execute?.method === 'GET' ? 'perIteration' : 'reuse', ...polling },
      flow,
      {
        data: { 'data/definition.json': definition, 'data/a.json': a, 'data/b.txt': b, 'data/inputs.json': '["{}"]', 'data/rows.jsonl': '{}\n{}\n' },
        variables: [...new Set([...named, ...bodies])].map((name) => ({ name, holds, kind: 'text' })),
      },
    );
  });

const objectives = fc.array(
  fc.oneof(
    fc.record({ metric: fc.constant('latency'), statistic: fc.constantFrom('p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'), comparison: fc.constantFrom('<', '<='), value: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.double({ min: 0, max: 1e6, noNaN: true })) }),
    fc.record({ metric: fc.constant('error_ratio'), comparison: fc.constantFrom('<', '<='), value: fc.double({ min: 0, max: 1, noNaN: true }), during: fc.constantFrom('steady', 'whole'), abortAfterMs: fc.integer({ min: 1000, max: 60_000 }) }),
    fc.record({ metric: fc.constant('throughput'), comparison: fc.constantFrom('>', '>='), value: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
  ),
  { maxLength: 4 },
);
const load = fc.oneof(
  fc.record({ preset: fc.record({ key: fc.constantFrom('smoke', 'constant', 'ramp', 'spike', 'stress', 'soak', 'breakpoint') }) }),
  fc.record({ closed: fc.record({ stages: fc.array(fc.record({ durationMs: fc.integer({ min: 0, max: 100_000 }), users: fc.integer({ min: 0, max: 500 }) }), { minLength: 1, maxLength: 6 }) }) }),
  fc.record({ open: fc.record({ stages: fc.array(fc.record({ durationMs: fc.integer({ min: 0, max: 100_000 }), ratePerSecond: fc.double({ min: 0, max: 300, noNaN: true }) }), { minLength: 1, maxLength: 6 }), maxUsers: fc.integer({ min: 1, max: 2000 }) }) }),
);
const baseUrl = 'http://127.0.0.1:8000';
const target = fc.oneof(
  fc.record({ preset: fc.constant('studio'), baseUrl: fc.constant(baseUrl), headers: fc.array(fc.record({ name: token, value: printable }), { maxLength: 3 }) }),
  fc.record({ preset: fc.constant('gateway'), baseUrl: fc.constant(baseUrl), workflowName: fc.stringMatching(/^[^/\s?#%]{1,20}$/), mode: fc.constantFrom('sync', 'async') }),
  fc.record({ preset: fc.constant('sessions'), baseUrl: fc.constant(baseUrl) }),
  fc.record({ preset: fc.constant('custom'), baseUrl: fc.constant(baseUrl), path, method: fc.constantFrom('POST', 'PUT', 'DELETE'), body: fc.oneof(text, fc.constant('{"a":{"$workflow":true},"b":{"$inputs":true}}')) }),
);
const auth = fc.oneof(fc.constant({ none: true }), fc.record({ bearer: fc.record({ variable }) }), fc.constant({ login: { path: '/login', usernameVariable: 'LT_U', passwordVariable: 'LT_P', tokenField: 'token' } }));
const inputs = fc.oneof(
  fc.constant(undefined),
  fc.record({ fixed: fc.constantFrom('{"a":{"$uuid":true}}', '{"n":{"$int":[1,6]},"t":{"$text":["{{ x }}",{"$counter":1}]}}', '{ "b": 12345678901234567890 }', ...NASTY) }),
  fc.record({ dataset: fc.record({ format: fc.constant('csv'), text: fc.constantFrom('a,b\n1,"x\ny"\n', 'sku\n007\n'), order: fc.constantFrom('sequential', 'random', 'unique') }) }),
);
const rest = fc.record({ thinkTime: fc.option(fc.record({ minMs: fc.integer({ min: 0, max: 100 }), maxMs: fc.integer({ min: 100, max: 5000 }) }), { nil: undefined }), requestTimeoutMs: fc.option(fc.integer({ min: 10, max: 3_600_000 }), { nil: undefined }) });

/** Plans as a user may send them; many cannot be run, and are to be refused. */
export const planInputs: fc.Arbitrary<object> = fc
  .record({ target, auth, load, objectives, inputs, rest })
  .map(({ target, auth, load, objectives, inputs, rest }) => ({ target: { ...target, auth }, load, objectives, inputs, ...rest }));
