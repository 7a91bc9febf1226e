/** Two definitions in one run: what both requests send, which secrets are cut out of them, and where it would say nothing. */
import { describe, expect, test } from 'vitest';
import { flowOf, type MadeFlow } from '../../server/script/flow/flow.ts';
import { generateScript } from '../../server/script/generate.ts';
import { givenPlan, parseWorkflow } from '../../server/script/input.ts';
import { hashWith } from '../../server/script/resolve.ts';
import { frameworks } from '../../templates/index.ts';

// What the scripts make of it; JavaScript without declarations.
const { bodiesOf } = await import(new URL('../../templates/shared/bundle/body.js', import.meta.url).href);

const baseUrl = 'http://127.0.0.1:8000';
const load = { closed: { stages: [{ durationMs: 0, users: 2 }, { durationMs: 10_000, users: 2 }] } };
const studio = { target: { preset: 'studio', baseUrl }, load };
const custom = (body?: string, more: object = {}) => ({ target: { preset: 'custom', baseUrl, path: '/run', ...(body === undefined ? {} : { body }), ...more }, load });

const definition = (parameters: string, type = 'PythonCodeNode') => `{ "nodes": [{"id":"ask","type":"${type}","parameters":${parameters}}], "edges":[] }`;
const [NEW, OLD] = [definition('{"n": 12345678901234567890, "text": "new \\u00e9"}'), ` ${definition('{"n": 1e400, "text": "old \\n"}')}\n`];

function made(current: string, baseline: string, plan: object = studio): MadeFlow {
  const result = flowOf(parseWorkflow(current), givenPlan(plan), '0.1.0', parseWorkflow(baseline));
  if (!result.made) throw new Error(JSON.stringify(result.problems));
  return result.made;
}

/** What goes out for either of them. */
function sentBy({ flow, data, secretValues }: MadeFlow, inputs = '{}'): { execute: string; baseline: string } {
  const bodyOf = bodiesOf(flow, (file: string) => data[file] ?? `no file ${file}`, secretValues);
  return { execute: bodyOf(flow.execute, {}, inputs) ?? '', baseline: bodyOf(flow.baseline ?? flow.execute, {}, inputs) ?? '' };
}

function refusal(current: string, baseline: string, plan: object): unknown {
  try {
    generateScript(frameworks[0]!, parseWorkflow(current), givenPlan(plan), null, parseWorkflow(baseline));
  } catch (error) {
    return error;
  }
  return 'it was generated';
}

describe('what is sent', () => {
  test('is each definition byte for byte, under a name of its own and with the same headers', () => {
    const two = made(NEW, OLD);
    expect(sentBy(two)).toEqual({ execute: NEW, baseline: OLD });
    const { execute, baseline } = two.flow;
    expect({ ...baseline, body: null }).toEqual({ ...execute, body: null, name: 'baseline' });
    expect(execute.name).toBe('execute');
  });

  test('has the inputs of the plan in both, in one file', () => {
    const two = made(NEW, OLD, { ...studio, inputs: { fixed: '{"a": 1}' } });
    expect(sentBy(two)).toEqual({ execute: `{"workflow_definition":${NEW},"inputs":{"a": 1}}`, baseline: `{"workflow_definition":${OLD},"inputs":{"a": 1}}` });
    expect(Object.keys(two.data).sort()).toEqual(['data/baseline-definition.json', 'data/definition.json', 'data/inputs.json']);
  });

  test('has inputs that are made anew for each iteration in both', () => {
    const two = made(NEW, OLD, { ...studio, inputs: { fixed: '{"a": {"$counter": 1}}' } });
    expect(sentBy(two, '{"a": 7}').baseline).toBe(`{"workflow_definition":${OLD},"inputs":{"a": 7}}`);
  });

  test('has the inputs that each came with, where the plan has none', () => {
    const wrapped = (text: string, inputs: string) => `{"inputs": ${inputs}, "workflow_definition": ${text}}`;
    const [current, baseline] = [wrapped(NEW, '{"a":1}'), wrapped(OLD.trim(), '{"a":2}')];
    expect(sentBy(made(current, baseline))).toEqual({ execute: current, baseline });
    expect(sentBy(made(current, baseline, custom('{"run": {"$workflow": true}, "with": {"$inputs": true}}')))).toEqual({ execute: `{"run": ${NEW}, "with": {"a":1}}`, baseline: `{"run": ${OLD.trim()}, "with": {"a":2}}` });
  });

  test('is put into a custom body, and is the body of a custom request without one', () => {
    expect(sentBy(made(NEW, OLD, custom('{"run": {"$workflow": true}}')))).toEqual({ execute: `{"run": ${NEW}}`, baseline: `{"run": ${OLD}}` });
    expect(sentBy(made(NEW, OLD, custom())).baseline).toBe(OLD);
  });
});

describe('secrets', () => {
  const asking = (key: string, more = '') => definition(`{"api_key":"${key}"${more}}`, 'LLMAgentNode');
  const [RED, BLUE] = ['sk-0123456789abcdefRED', 'sk-0123456789abcdefBLUE'];
  const clear = ({ data }: MadeFlow) => Object.values(data).join('\n');

  test('that both hold have one variable; those of the baseline alone have another', () => {
    const same = made(asking(RED), asking(RED, ',"model":"old"'));
    expect(same.variables.map(({ name }) => name)).toEqual(['SECRET_ASK_API_KEY']);
    const other = made(asking(RED), asking(BLUE));
    expect(other.variables).toMatchObject([{ name: 'SECRET_ASK_API_KEY', holds: 'the value of /nodes/0/parameters/api_key in the definition' }, { name: 'SECRET_ASK_API_KEY_2', holds: "the value of /nodes/0/parameters/api_key in the baseline's definition" }]);
    expect(other.secretValues).toEqual({ SECRET_ASK_API_KEY: RED, SECRET_ASK_API_KEY_2: BLUE });
    expect(sentBy(other)).toEqual({ execute: asking(RED), baseline: asking(BLUE) });
    expect(clear(other)).not.toMatch(/sk-0123/);
  });

  test('of one are cut out of the other as well, where nothing but their text shows them', () => {
    const marked = { ...studio, secrets: [{ path: '/nodes/0/parameters/phrase', secret: true }] };
    const [current, baseline] = [definition('{"phrase":"correct horse"}'), definition('{"older":"it was correct horse then"}')];
    const two = made(current, baseline, marked);
    expect(clear(two)).not.toContain('correct horse');
    expect(sentBy(two)).toEqual({ execute: current, baseline });
  });

  test('of the baseline stay secrets where another text than the one that was said to be none stands in its place', () => {
    const marked = { ...studio, secrets: [{ path: '/nodes/0/parameters/api_key', secret: false }] };
    const two = made(asking('EXAMPLE-KEY-0123456789'), asking(BLUE), marked);
    expect(two.variables.map(({ holds }) => holds)).toEqual(["the value of /nodes/0/parameters/api_key in the baseline's definition"]);
    expect(clear(two)).toContain('EXAMPLE-KEY-0123456789');
    expect(clear(two)).not.toContain(BLUE);
  });

  test('look like no marker of the other definition', () => {
    const [current, baseline] = [asking(RED), asking(BLUE, ',"note":"[[SECRET_ASK_API_KEY]] [[[SECRET_ASK_API_KEY_2]]]"')];
    expect(sentBy(made(current, baseline))).toEqual({ execute: current, baseline });
  });
});

describe('two definitions are refused under compareWith', () => {
  test.each([
    ['on a gateway', { target: { preset: 'gateway', baseUrl, workflowName: 'price' }, load }, /^A gateway runs/],
    ['in sessions', { target: { preset: 'sessions', baseUrl }, load }, /creates its workflow once/],
    ['by a custom request that does not send them', custom('{"run": "by name"}'), /^This plan does not send the definition/],
    ['by a GET', custom(undefined, { method: 'GET' }), /^This plan does not send the definition/],
    ['in a breakpoint test', { ...studio, load: { preset: { key: 'breakpoint', ratePerSecond: 10 } } }, /^A breakpoint test/],
    ['with an objective of throughput', { ...studio, objectives: [{ metric: 'throughput', comparison: '>=', value: 1 }] }, /objectives\[0\] out of the plan\.$/],
  ])('%s', (_where, plan, message) => {
    expect(refusal(NEW, OLD, plan)).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message), problems: [{ path: 'compareWith' }] });
  });

  test('when the same bytes would be sent', () => {
    expect(refusal(NEW, NEW, studio)).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^This is what is tested/), problems: [{ path: 'compareWith' }] });
    const wrapped = (inputs: string) => `{"workflow_definition": ${NEW}, "inputs": ${inputs}}`;
    expect(refusal(wrapped('{"a":1}'), wrapped('{"a":2}'), { ...studio, inputs: { fixed: '{}' } })).toMatchObject({ problems: [{ path: 'compareWith' }] });
    expect(refusal(wrapped('{"a":1}'), wrapped('{"a":2}'), studio)).toBe('it was generated');
  });

  test('when the target takes JSON only, and the baseline is YAML', () => {
    expect(refusal(NEW, 'nodes:\n  ask:\n    node_type: PythonCodeNode\n    config: {}\nconnections: []\n', studio)).toMatchObject({ problems: [{ path: 'compareWith', message: expect.stringContaining('YAML') }] });
  });
});

describe('the effects of two definitions', () => {
  const [asks, sends] = [definition('{"model":"a"}', 'LLMAgentNode'), definition('{"url":"https://example.com/x","method":"POST"}', 'HTTPRequestNode')];
  const smoke = { ...studio, load: { preset: { key: 'smoke' } } };
  const effects = (current: string, baseline: string | null) => generateScript(frameworks[0]!, parseWorkflow(current), givenPlan(smoke), null, baseline === null ? null : parseWorkflow(baseline)).script.effects;

  test('are listed each with its share of the iterations, and what both do once', () => {
    expect(effects(asks, sends).items).toMatchObject([{ kind: 'llm', plannedTimes: 3 }, { nodeType: 'HTTPRequestNode', plannedTimes: 3 }]);
    expect(effects(asks, asks.replace('{ ', '{')).items).toMatchObject([{ kind: 'llm', plannedTimes: 5 }]);
  });

  test('are agreed to by a hash of their own', () => {
    expect(new Set([effects(asks, null).hash, effects(sends, null).hash, effects(asks, sends).hash, effects(sends, asks).hash, effects(asks, asks.replace('{ ', '{')).hash]).size).toBe(5);
  });
});

test('an objective for which half of the iterations are too few is told', () => {
  const open = { open: { stages: [{ durationMs: 0, ratePerSecond: 10 }, { durationMs: 10_000, ratePerSecond: 10 }], maxUsers: 20 } };
  const latency = (statistic: string) => ({ metric: 'latency', statistic, comparison: '<', value: 500, during: 'whole' });
  const warnings = (...statistics: string[]) => generateScript(frameworks[0]!, parseWorkflow(NEW), givenPlan({ ...studio, load: open, objectives: statistics.map(latency) }), null, parseWorkflow(OLD)).script.warnings;
  // 50 executions: p99 has too few of them anyway, which is said before.
  expect(warnings('p90', 'p95', 'p99').slice(1)).toEqual(['With two definitions objectives[1] cannot pass: about 50 executions, 59 needed. Let the test run longer.']);
});

test('the script says both hashes, and its plan is not the one of a run of a single definition', () => {
  const plan = givenPlan(studio);
  const [current, baseline] = [parseWorkflow(NEW), parseWorkflow(OLD)];
  const { script } = generateScript(frameworks[0]!, current, plan, null, baseline);
  expect(script).toMatchObject({ baselineHash: baseline.hash, warnings: [expect.stringMatching(/^Of each two iterations one runs the baseline's definition/)] });
  const entry = script.files.find(({ path }) => path === script.entryFile)?.text ?? '';
  for (const hash of [current.hash, baseline.hash, hashWith(plan, baseline.hash)]) expect(entry).toContain(hash);
  expect(entry).not.toContain(plan.hash);
  expect(hashWith(plan, current.hash)).not.toBe(hashWith(plan, baseline.hash));
});
