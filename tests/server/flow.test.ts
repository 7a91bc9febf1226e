import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type FlowOf, flowOf } from '../../server/script/flow/flow.ts';
import { parsePlan } from '../../server/script/plan.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { readWorkflow } from '../../server/workflow/read.ts';
import type { ScriptRequest } from '../../templates/framework.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/workflows/${name}`, import.meta.url), 'utf8');

function flowFor(text: string, target: object, more: object = {}): FlowOf {
  const { workflow } = readWorkflow(text);
  const { plan, problems } = parsePlan({ target: { baseUrl: 'http://127.0.0.1:8000', ...target }, load: { preset: { key: 'smoke' } }, ...more });
  if (!workflow || !plan) throw new Error(JSON.stringify(problems ?? 'no workflow'));
  return flowOf(workflow, resolvePlan(plan), '0.1.0');
}
const fixed = (text: string) => ({ inputs: { fixed: text } });

function made(result: FlowOf) {
  if (!result.made) throw new Error(JSON.stringify(result.problems));
  return result.made;
}

/** What goes over the wire: the parts joined, with the secrets put back. */
function bodyOf(result: FlowOf, request: (flow: ReturnType<typeof made>['flow']) => ScriptRequest = (flow) => flow.execute): string {
  const { flow, data, secretValues } = made(result);
  const file = (name: string) => flow.secrets.filter((s) => s.file === name).reduce((text, { marker, variable }) => text.replaceAll(marker, () => secretValues[variable] ?? ''), data[name] ?? `missing ${name}`);
  return (request(flow).body ?? []).map((part) => ('text' in part ? part.text : 'file' in part ? file(part.file) : `<${JSON.stringify(part)}>`)).join('');
}

const problemsOf = (result: FlowOf) => result.problems?.map((p) => `${p.path}: ${p.message}`) ?? [];

const studio = { preset: 'studio' };
const gateway = { preset: 'gateway', workflowName: 'fast' };
const custom = { preset: 'custom', path: '/run' };
const SAMPLES = ['01-fast.sdk.json', '02-ask-llm.studio.json', '03-http-auth.builder-list.json', '04-sql.studio.json', '05-nasty-code.sdk.json', '06-unicode.studio.json', '07-switch-merge.sdk.json', '08-cycle.sdk.json', '09-big-300.studio.json', '10-deep-40.builder-dict.json', '11-redacted.sdk.json', '12-wrapped.studio.json', '13-monitoring.export.json', '14-session.manifest.json', '15-triage.kaizen-template.json'];

describe('to Studio', () => {
  test.each(SAMPLES)('%s goes out byte for byte, with its secrets put back', (file) => {
    const result = flowFor(fixture(file), studio);
    expect(bodyOf(result)).toBe(fixture(file));
    for (const value of Object.values(made(result).secretValues)) expect(Object.values(made(result).data).join()).not.toContain(value);
    expect(made(result).flow).toMatchObject({ credential: null, login: null, setUp: [], poll: null, failOnSuccessFalse: true });
    expect(made(result).flow.execute).toMatchObject({ name: 'execute', method: 'POST', path: '/api/workflow/execute', success: 'studio', takes: null });
  });

  test('with inputs, the definition is one unchanged slice of the body, and so are the inputs', () => {
    const inputs = '{ "n": 12345678901234567890, "t": "{{ a }}" }';
    const result = flowFor(fixture('05-nasty-code.sdk.json'), studio, fixed(inputs));
    expect(bodyOf(result)).toBe(`{"workflow_definition":${fixture('05-nasty-code.sdk.json')},"inputs":${inputs}}`);
    expect(Object.keys(made(result).data)).toEqual(['data/definition.json', 'data/inputs.json']);
  });

  test('a definition that came wrapped goes out as it came; inputs of the plan take the place of its own', () => {
    const wrapped = fixture('12-wrapped.studio.json');
    expect(bodyOf(flowFor(wrapped, studio))).toBe(wrapped);
    const { workflow } = readWorkflow(wrapped);
    expect(bodyOf(flowFor(wrapped, studio, fixed('{"n":1}')))).toBe(`{"workflow_definition":${workflow?.definition},"inputs":{"n":1}}`);
  });

  test('a BOM is not sent', () => {
    expect(bodyOf(flowFor(`\ufeff${fixture('01-fast.sdk.json')}`, studio))).toBe(fixture('01-fast.sdk.json'));
  });

  test('YAML cannot be sent', () => {
    expect(problemsOf(flowFor(fixture('07-switch-merge.sdk.yaml'), studio))).toEqual([expect.stringContaining('target.preset: This workflow is YAML text')]);
  });
});

describe('to a gateway', () => {
  test("only inputs go out: the plan's, else those that came in a wrapper, else none", () => {
    expect(bodyOf(flowFor(fixture('01-fast.sdk.json'), gateway))).toBe('{"inputs":{}}');
    expect(bodyOf(flowFor(fixture('01-fast.sdk.json'), gateway, fixed('{"n": 7}')))).toBe('{"inputs":{"n": 7}}');
    expect(bodyOf(flowFor(fixture('01-fast.sdk.json'), gateway, fixed('\ufeff{"n": 7}')))).toBe('{"inputs":{"n": 7}}');
    expect(JSON.parse(bodyOf(flowFor(fixture('12-wrapped.studio.json'), gateway)))).toEqual({ inputs: { plan: { goal: 'ship it' }, tenant: 't-1' } });
    expect(bodyOf(flowFor(fixture('07-switch-merge.sdk.yaml'), gateway))).toBe('{"inputs":{}}');
  });

  test('what is not sent is not in the data either, and its secrets are not asked for', () => {
    const result = flowFor(fixture('02-ask-llm.studio.json'), gateway);
    expect(made(result)).toMatchObject({ data: {}, variables: [], flow: { secrets: [] } });
    expect(made(result).secrets).not.toEqual([]);
    expect(made(flowFor(fixture('02-ask-llm.studio.json'), gateway, fixed('{}'))).data).toEqual({ 'data/inputs.json': '{}' });
  });

  test("the cache is passed by, and the user's own headers stay", () => {
    const { flow } = made(flowFor(fixture('01-fast.sdk.json'), { ...gateway, headers: [{ name: 'X-Tenant', value: 't "1"' }, { name: 'x-tenant', value: '2' }] }));
    expect(flow.execute.headers).toEqual([
      { name: 'content-type', value: 'application/json' },
      { name: 'accept-encoding', value: 'identity' },
      { name: 'user-agent', value: 'load-test/0.1.0' },
      { name: 'X-Tenant', value: 't "1", 2' },
      { name: 'X-Durable', value: 'false' },
    ]);
    expect(flow.execute.success).toBe('gateway');
    expect(problemsOf(flowFor(fixture('01-fast.sdk.json'), { ...gateway, headers: [{ name: 'x-durable', value: 'true' }] }))).toEqual([expect.stringContaining('target.headers[0].name: X-Durable')]);
  });

  test('the name is percent-encoded, once', () => {
    const target = { preset: 'gateway', workflowName: 'größe&x+1', mode: 'async' };
    const { flow } = made(flowFor(fixture('01-fast.sdk.json'), target));
    expect(flow.execute.path).toBe('/workflows/gr%C3%B6%C3%9Fe%26x%2B1/execute');
    expect(flow.poll?.path).toBe('/workflows/gr%C3%B6%C3%9Fe%26x%2B1/status/{execution}');
  });

  test('asynchronously, the execution is accepted and then asked for', () => {
    const result = flowFor(fixture('01-fast.sdk.json'), { ...gateway, mode: 'async' }, fixed('{"n":7}'));
    expect(bodyOf(result)).toBe('{"inputs":{"n":7},"mode":"async"}');
    const { flow } = made(result);
    expect(flow.execute).toMatchObject({ success: 'accepted', takes: { value: 'execution', pointer: '/execution_id' } });
    expect(flow.poll).toMatchObject({ name: 'poll', method: 'GET', body: null, success: 'polledGateway' });
    expect(flow.poll?.headers.map(({ name }) => name)).toEqual(['accept-encoding', 'user-agent', 'X-Durable']);
  });
});

describe('to the sessions API', () => {
  test('each user creates a session and the workflow, in its own words', () => {
    const result = flowFor(fixture('01-fast.sdk.json'), { preset: 'sessions' }, fixed('{"n":7}'));
    const { flow } = made(result);
    expect(flow.setUp.map(({ name, path }) => [name, path])).toEqual([['session', '/api/sessions'], ['workflow', '/api/workflows?session_id={session}']]);
    const created = JSON.parse(bodyOf(result, ({ setUp }) => setUp[1] as ScriptRequest)) as { nodes: object[]; connections: object[] };
    expect(created.nodes).toMatchObject([{ id: 'square', type: 'PythonCodeNode' }]);
    expect(bodyOf(result)).toBe('{"workflow_id":<{"value":"workflow"}>,"inputs":<{"file":"data/inputs.json"}>}'.replace('<{"file":"data/inputs.json"}>', '{"n":7}'));
    expect(flow.poll?.path).toBe('/api/executions/{execution}?session_id={session}');
  });

  test('a workflow that the server knows is not created', () => {
    const result = flowFor(fixture('02-ask-llm.studio.json'), { preset: 'sessions', workflowName: 'ask"it"' });
    expect(made(result).flow.setUp.map(({ name }) => name)).toEqual(['session']);
    expect(bodyOf(result)).toBe('{"workflow_id":"ask\\"it\\"","inputs":{}}');
    expect(made(result).data).toEqual({});
  });
});

describe('to another API', () => {
  test('the definition is sent unless there is a body', () => {
    expect(bodyOf(flowFor(fixture('05-nasty-code.sdk.json'), custom))).toBe(fixture('05-nasty-code.sdk.json'));
    expect(bodyOf(flowFor(fixture('01-fast.sdk.json'), { ...custom, body: 'a=1&b={{ x }}', headers: [{ name: 'Content-Type', value: 'application/x-www-form-urlencoded' }] }))).toBe('a=1&b={{ x }}');
    expect(made(flowFor(fixture('01-fast.sdk.json'), { ...custom, method: 'GET', path: '/a/{session}' })).flow.execute).toMatchObject({ method: 'GET', body: null, path: '/a/%7Bsession%7D', success: 'custom' });
  });

  test('in a JSON body the workflow and the inputs have their places', () => {
    const result = flowFor(fixture('01-fast.sdk.json'), { ...custom, body: '{ "flow": {"$workflow": true}, "with": {"$inputs": true}, "n": 12345678901234567890 }' }, fixed('{"n":1}'));
    expect(bodyOf(result)).toBe(`{ "flow": ${fixture('01-fast.sdk.json')}, "with": {"n":1}, "n": 12345678901234567890 }`);
  });

  test('inputs that nothing sends are refused, and generators in a body', () => {
    expect(problemsOf(flowFor(fixture('01-fast.sdk.json'), { ...custom, body: '{}' }, fixed('{"n":1}')))).toEqual([expect.stringContaining('inputs: Nothing sends these inputs')]);
    expect(problemsOf(flowFor(fixture('01-fast.sdk.json'), { ...custom, body: '{"a":{"$uuid":true}}' }))).toEqual([expect.stringContaining('target.body: Generated values belong to the inputs')]);
    expect(problemsOf(flowFor(fixture('01-fast.sdk.json'), { ...custom, body: '{"a":{"$what":true}}' }))).toEqual([expect.stringContaining('$literal')]);
  });
});

describe('inputs', () => {
  test('with generators are parts, made anew for each iteration', () => {
    const { flow, data } = made(flowFor(fixture('01-fast.sdk.json'), gateway, fixed('{"id": {"$uuid": true}, "n": 12345678901234567890}')));
    expect(flow).toMatchObject({ inputs: { kind: 'parts', file: 'data/inputs.parts.json' }, execute: { body: [{ text: '{"inputs":' }, { inputs: true }, { text: '}' }] } });
    expect(JSON.parse(data['data/inputs.parts.json'] ?? '')).toEqual(['{"id": ', { uuid: true }, ', "n": 12345678901234567890}']);
    expect(problemsOf(flowFor(fixture('01-fast.sdk.json'), gateway, fixed('{"a":{"$int":[2,1]}}')))).toEqual([expect.stringMatching(/^inputs\.fixed: .*The smallest number comes first/)]);
  });

  test('that only look like generators are written as literals, and sent as they are', () => {
    expect(bodyOf(flowFor(fixture('01-fast.sdk.json'), gateway, fixed('{"a": {"$literal": {"$gt": 5}}}')))).toBe('{"inputs":{"a": {"$gt": 5}}}');
  });

  test('of a data set are rows, one a line', () => {
    const dataset = { format: 'csv', text: 'sku;n\r\n007;"a;b"\r\n008;x\r\n', order: 'unique' };
    const { flow, data, warnings } = made(flowFor(fixture('01-fast.sdk.json'), gateway, { inputs: { dataset }, load: { closed: { stages: [{ durationMs: 5000, users: 2 }] } } }));
    expect(flow.inputs).toEqual({ kind: 'rows', file: 'data/rows.jsonl', order: 'unique', count: 2 });
    expect(data).toEqual({ 'data/rows.jsonl': '{"sku":"007","n":"a;b"}\n{"sku":"008","n":"x"}\n' });
    expect(warnings.join()).toContain('Each row is used once: when all 2 are used up');
  });

  test('that are used once must suffice where the number of iterations is planned', () => {
    const dataset = { format: 'json', text: '[{"n":1},{"n":2}]', order: 'unique' };
    const load = { open: { stages: [{ durationMs: 0, ratePerSecond: 1 }, { durationMs: 3000, ratePerSecond: 1 }], maxUsers: 5 } };
    expect(problemsOf(flowFor(fixture('01-fast.sdk.json'), gateway, { inputs: { dataset }, load }))).toEqual([expect.stringContaining('inputs.dataset.order: The plan starts 3 iterations, and the data set has 2 rows')]);
  });
});

describe('access', () => {
  test('names variables, and holds no value', () => {
    const withAuth = (auth: object) => made(flowFor(fixture('01-fast.sdk.json'), { ...gateway, auth }));
    expect(withAuth({ bearer: { variable: 'GW' } })).toMatchObject({ flow: { credential: { header: 'authorization', prefix: 'Bearer ', variable: 'GW' }, login: null }, variables: [{ name: 'GW', kind: 'header' }] });
    expect(withAuth({ apiKey: { header: 'X-API-Key', variable: 'KEY' } }).flow.credential).toEqual({ header: 'X-API-Key', prefix: '', variable: 'KEY' });
    const login = withAuth({ login: { path: '/api/auth/login', usernameVariable: 'LT_USER', passwordVariable: 'LT_PASSWORD', tokenField: 'token' } });
    expect(login.flow.credential).toEqual({ header: 'authorization', prefix: 'Bearer ', variable: null });
    expect(login.flow.login).toMatchObject({ name: 'login', path: '/api/auth/login', success: 'value', takes: { value: 'token', pointer: '/token' } });
    expect(login.variables.map(({ name, kind }) => [name, kind])).toEqual([['LT_USER', 'text'], ['LT_PASSWORD', 'text']]);
  });
});

test('a path goes out as browsers resolve it, with escapes for all that clients send in different ways', () => {
  const sent = (path: string) => made(flowFor(fixture('01-fast.sdk.json'), { ...custom, path })).flow.execute.path;
  expect(sent("/a/./b/../c%2Fd;e=(f)/'g'?h='i'&j=%41%é#k".replace('é', 'zz'))).toBe("/a/c%2Fd;e=(f)/'g'?h=%27i%27&j=%41%25zz");
  expect(sent('//evil.example/x')).toBe('//evil.example/x');
  expect(sent('/"<>[\\]^`{|}%')).toBe('/%22%3C%3E[/]%5E%60%7B%7C%7D%25');
  expect(sent('/?"<>[\\]^`{|}%')).toBe('/?%22%3C%3E%5B%5C%5D%5E%60%7B%7C%7D%25');
});

test('base URL, path and the success switch come from the plan', () => {
  const { flow } = made(flowFor(fixture('01-fast.sdk.json'), { preset: 'studio', baseUrl: 'https://studio.example.com/app//', path: '/api/workflows/execute', failOnSuccessFalse: false }));
  expect(flow).toMatchObject({ baseUrl: 'https://studio.example.com/app', execute: { path: '/api/workflows/execute' }, failOnSuccessFalse: false });
});

test('a secret that the user marks is cut out, one that is none stays', () => {
  const text = '{"nodes":[{"id":"a","type":"X","parameters":{"api_key":"sk-1234567890abcdef1234","city":"Ulm \\u00e9\\/"}}],"edges":[]}';
  const result = flowFor(text, studio, { secrets: [{ path: '/nodes/0/parameters/api_key', secret: false }, { path: '/nodes/0/parameters/city', secret: true }] });
  expect(made(result).data['data/definition.json']).toBe(text.replace('Ulm \\u00e9\\/', '[[SECRET_A_CITY]]'));
  expect(made(result)).toMatchObject({ secretValues: { SECRET_A_CITY: 'Ulm \\u00e9\\/' }, variables: [{ name: 'SECRET_A_CITY', kind: 'json' }] });
  expect(bodyOf(result)).toBe(text);
  expect(problemsOf(flowFor(text, studio, { secrets: [{ path: '/nodes/7', secret: true }] }))).toEqual([expect.stringContaining('secrets[0].path: ')]);
});

test('what looks like the marker of a secret in inputs, rows or a body of the user goes out as it stands', () => {
  const text = '{"nodes":[{"id":"call","type":"X","parameters":{"api_key":"hunter2secret"}}],"edges":[]}';
  const note = '[[SECRET_CALL_API_KEY]]';
  const inputs = flowFor(text, studio, fixed(`{"note":"${note}"}`));
  expect(bodyOf(inputs)).toBe(`{"workflow_definition":${text},"inputs":{"note":"${note}"}}`);
  const rows = flowFor(text, studio, { inputs: { dataset: { format: 'csv', text: `note\n${note}`, order: 'sequential' } } });
  const body = flowFor(text, { ...custom, body: `{"note":"${note}","workflow":{"$workflow":true}}` });
  expect(bodyOf(body)).toBe(`{"note":"${note}","workflow":${text}}`);
  for (const result of [inputs, rows, body]) expect(made(result).flow.secrets).toEqual([{ variable: 'SECRET_CALL_API_KEY', marker: '[[[SECRET_CALL_API_KEY]]]', file: 'data/definition.json' }]);
});

test('so does a name of the workflow that hides one behind escapes and is written anew', () => {
  const text = '{"name":"\\u005b[SECRET_A_TOKEN]]","nodes":[{"id":"a","type":"X","parameters":{"token":"hunter2"}}],"connections":[]}';
  const result = flowFor(text, { preset: 'sessions' });
  expect(bodyOf(result, (flow) => flow.setUp[1] as ScriptRequest)).toBe('{"name":"[[SECRET_A_TOKEN]]","nodes":[{"id":"a","type":"X","config":{"token":"hunter2"}}],"connections":[]}');
});

describe('a plan is refused at its path', () => {
  const load = { preset: { key: 'smoke' } };
  const pathsOf = (target: object, more: object = {}) => parsePlan({ target: { baseUrl: 'http://127.0.0.1:8000', ...target }, load, ...more }).problems?.map((p) => p.path);
  test.each<[string, object, object, string[]]>([
    ['a credential in a header', { ...studio, headers: [{ name: 'a', value: '' }, { name: 'AUTHORIZATION', value: 'Bearer x' }] }, {}, ['target.headers[1].name']],
    ['half characters', { preset: 'gateway', workflowName: 'a\ud800' }, fixed('{"t":"\ud800"}'), ['target.workflowName', 'inputs.fixed']],
    ['a header that is not ASCII', { ...gateway, headers: [{ name: 'a', value: 'größe' }] }, {}, ['target.headers[0].value']],
    ['a method that is not its own', { ...gateway, method: 'PUT' }, {}, ['target.method']],
    ['a GET with a body', { ...custom, method: 'GET', body: 'a' }, {}, ['target.body']],
    ['sessions, synchronously', { preset: 'sessions', mode: 'sync' }, {}, ['target.mode']],
    ['Studio, asynchronously', { ...studio, mode: 'async' }, {}, ['target.mode']],
    ['polling of what is not polled', studio, { pollIntervalMs: 100 }, ['pollIntervalMs']],
    ['a ratio of no checks', studio, { objectives: [{ metric: 'checks_ratio', comparison: '>=', value: 1 }] }, ['objectives[0].metric']],
    ['a request that does not exist', studio, { objectives: [{ metric: 'latency', statistic: 'p95', comparison: '<', value: 1, requestName: 'poll' }] }, ['objectives[0].requestName']],
    ['a variable that is a setting', { ...gateway, auth: { apiKey: { header: 'X-API-Key', variable: 'PATH' } } }, {}, ['target.auth.apiKey.variable']],
    ['two checks of one name', studio, { checks: [{ name: 'a', path: '/x', equals: '1' }, { name: 'a', path: '/y', equals: '1' }] }, ['checks[1].name']],
    ['a check against no JSON', studio, { checks: [{ name: 'a', path: '/x', equals: 'EUR' }] }, ['checks[0].equals']],
    ['a pointer that is none', studio, { checks: [{ name: 'a', path: 'x', equals: '1' }] }, ['checks[0].path']],
  ])('%s', (_what, target, more, paths) => expect(pathsOf(target, more)).toEqual(paths));
});
