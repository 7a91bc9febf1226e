import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parsePlan } from '../../server/script/plan.ts';
import { type RequestOf, requestOf } from '../../server/script/request.ts';
import { resolvePlan } from '../../server/script/resolve.ts';
import { readWorkflow } from '../../server/workflow/read.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/workflows/${name}`, import.meta.url), 'utf8');

function requestFor(text: string, target: object, inputs?: string): RequestOf {
  const { workflow } = readWorkflow(text);
  const { plan, problems } = parsePlan({ target: { baseUrl: 'http://127.0.0.1:8000', ...target }, load: { preset: { key: 'smoke' } }, ...(inputs === undefined ? {} : { inputs: { fixed: inputs } }) });
  if (!workflow || !plan) throw new Error(JSON.stringify(problems ?? 'no workflow'));
  return requestOf(workflow, resolvePlan(plan));
}

/** What goes over the wire: the parts joined. */
function bodyOf({ request, data, problems }: RequestOf): string {
  if (!request) throw new Error(JSON.stringify(problems));
  return request.body.map((part) => ('text' in part ? part.text : (data[part.file] ?? `missing ${part.file}`))).join('');
}

const problemsOf = (result: RequestOf) => result.problems?.map((p) => `${p.path}: ${p.message}`) ?? [];

const studio = { preset: 'studio' };
const gateway = { preset: 'gateway', workflowName: 'fast' };

describe('to Studio', () => {
  test.each(['01-fast.sdk.json', '05-nasty-code.sdk.json', '06-unicode.studio.json', '09-big-300.studio.json', '14-session.manifest.json', '15-triage.kaizen-template.json'])('%s goes out byte for byte', (file) => {
    const result = requestFor(fixture(file), studio);
    expect(bodyOf(result)).toBe(fixture(file));
    expect(Object.keys(result.data ?? {})).toEqual(['data/definition.json']);
    expect(result.request).toMatchObject({ name: 'execute', method: 'POST', path: '/api/workflow/execute', headers: [], bearerVariable: null, success: { rule: 'studio', failOnSuccessFalse: true } });
  });

  test('with inputs, the definition is one unchanged slice of the body, and so are the inputs', () => {
    const inputs = '{ "n": 12345678901234567890, "t": "{{ a }}" }';
    const result = requestFor(fixture('05-nasty-code.sdk.json'), studio, inputs);
    expect(bodyOf(result)).toBe(`{"workflow_definition":${fixture('05-nasty-code.sdk.json')},"inputs":${inputs}}`);
    expect(Object.keys(result.data ?? {})).toEqual(['data/definition.json', 'data/inputs.json']);
  });

  test('a definition that came wrapped goes out as it came; inputs of the plan take the place of its own', () => {
    const wrapped = fixture('12-wrapped.studio.json');
    expect(bodyOf(requestFor(wrapped, studio))).toBe(wrapped);
    const { workflow } = readWorkflow(wrapped);
    expect(bodyOf(requestFor(wrapped, studio, '{"n":1}'))).toBe(`{"workflow_definition":${workflow?.definition},"inputs":{"n":1}}`);
  });

  test('a BOM is not sent', () => {
    expect(bodyOf(requestFor(`\ufeff${fixture('01-fast.sdk.json')}`, studio))).toBe(fixture('01-fast.sdk.json'));
  });

  test('YAML cannot be sent', () => {
    expect(problemsOf(requestFor(fixture('07-switch-merge.sdk.yaml'), studio))).toEqual([expect.stringContaining('target.preset: This workflow is YAML text')]);
  });
});

describe('to a gateway', () => {
  test('only inputs go out: the plan\'s, else those that came in a wrapper, else none', () => {
    expect(bodyOf(requestFor(fixture('01-fast.sdk.json'), gateway))).toBe('{"inputs":{}}');
    expect(bodyOf(requestFor(fixture('01-fast.sdk.json'), gateway, '{"n": 7}'))).toBe('{"inputs":{"n": 7}}');
    expect(JSON.parse(bodyOf(requestFor(fixture('12-wrapped.studio.json'), gateway)))).toEqual({ inputs: { plan: { goal: 'ship it' }, tenant: 't-1' } });
    expect(bodyOf(requestFor(fixture('07-switch-merge.sdk.yaml'), gateway))).toBe('{"inputs":{}}');
  });

  test('what is not sent is not in the data either', () => {
    expect(requestFor(fixture('02-ask-llm.studio.json'), gateway).data).toEqual({});
    expect(requestFor(fixture('02-ask-llm.studio.json'), gateway, '{}').data).toEqual({ 'data/inputs.json': '{}' });
  });

  test('the cache is passed by, and the user\'s own headers stay', () => {
    const { request } = requestFor(fixture('01-fast.sdk.json'), { ...gateway, headers: [{ name: 'X-Tenant', value: 't "1"' }] });
    expect(request?.headers).toEqual([{ name: 'X-Tenant', value: 't "1"' }, { name: 'X-Durable', value: 'false' }]);
    expect(request?.success.rule).toBe('gateway');
    expect(problemsOf(requestFor(fixture('01-fast.sdk.json'), { ...gateway, headers: [{ name: 'x-durable', value: 'true' }] }))).toEqual([expect.stringContaining('target.headers[0].name: X-Durable')]);
  });

  test('the name is percent-encoded, once', () => {
    expect(requestFor(fixture('01-fast.sdk.json'), { preset: 'gateway', workflowName: 'größe&x+1' }).request?.path).toBe('/workflows/gr%C3%B6%C3%9Fe%26x%2B1/execute');
  });
});

test('base URL, path, token variable and the success switch come from the plan', () => {
  const { request } = requestFor(fixture('01-fast.sdk.json'), {
    preset: 'studio', baseUrl: 'https://studio.example.com/app//', path: '/api/workflows/execute', auth: { bearer: { variable: 'STUDIO_TOKEN' } }, failOnSuccessFalse: false,
  });
  expect(request).toMatchObject({
    baseUrl: 'https://studio.example.com/app', path: '/api/workflows/execute', bearerVariable: 'STUDIO_TOKEN', success: { rule: 'studio', failOnSuccessFalse: false },
  });
});

test('a credential must not stand in a script', () => {
  const problems = problemsOf(requestFor(fixture('01-fast.sdk.json'), { ...studio, headers: [{ name: 'a', value: '' }, { name: 'AUTHORIZATION', value: 'Bearer x' }] }));
  expect(problems).toEqual([expect.stringContaining('target.headers[1].name: A credential')]);
});

test('a plan that cannot go over the wire as it is, is refused at its path', () => {
  const load = { preset: { key: 'smoke' } };
  const target = { preset: 'gateway', baseUrl: 'http://127.0.0.1:8000', workflowName: 'a\ud800', headers: [{ name: 'a', value: 'b' }] };
  const halves = parsePlan({ target, load, inputs: { fixed: '{"t":"\ud800"}' } });
  expect(halves.problems?.map((p) => p.path)).toEqual(['target.workflowName', 'inputs.fixed']);
  const letters = parsePlan({ target: { ...target, workflowName: 'a', headers: [{ name: 'a', value: 'größe' }] }, load });
  expect(letters.problems?.map((p) => p.path)).toEqual(['target.headers[0].value']);
});
