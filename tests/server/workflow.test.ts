import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseText } from '../../server/workflow/parse.ts';
import { readWorkflow } from '../../server/workflow/read.ts';
import { shapes } from '../../server/workflow/shapes/index.ts';
import type { Loose, PlacedNode } from '../../server/workflow/shapes/shape.ts';
import type { Workflow } from '../../server/workflow/workflow.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/workflows/${name}`, import.meta.url), 'utf8');

function workflowOf(text: string): Workflow {
  const read = readWorkflow(text);
  if (!read.workflow) throw new Error(read.problems.map((p) => p.message).join(' '));
  return read.workflow;
}

/** With their settings, which a workflow does not keep. */
function nodesOf(text: string): readonly PlacedNode[] {
  const value = parseText(text).value as Loose;
  return shapes.find((shape) => shape.matches(value))?.read(value).nodes ?? [];
}

/** `path: message` of the first problem. */
function problemOf(text: string): string {
  const first = readWorkflow(text).problems?.[0];
  return first ? `${first.path}: ${first.message}` : 'none';
}

const studioText = (parameters: unknown = {}) => JSON.stringify({ nodes: [{ id: 'a', type: 'PythonCodeNode', parameters }], edges: [] });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('every shape that exists is read into one workflow', () => {
  test.each([
    ['01-fast.sdk.json', 'sdk', 'fast', 1, 0],
    ['02-ask-llm.studio.json', 'studio', 'Untitled workflow', 2, 1],
    ['03-http-auth.builder-list.json', 'builder', 'price push', 3, 2],
    ['04-sql.studio.json', 'studio', 'Untitled workflow', 3, 2],
    ['05-nasty-code.sdk.json', 'sdk', 'nasty "code" `$\u007bname}`', 2, 1],
    ['06-unicode.studio.json', 'studio', 'Untitled workflow', 3, 2],
    ['07-switch-merge.sdk.json', 'sdk', 'switch and merge', 6, 7],
    ['08-cycle.sdk.json', 'sdk', 'halving until done', 3, 3],
    ['09-big-300.studio.json', 'studio', 'Untitled workflow', 300, 348],
    ['10-deep-40.builder-dict.json', 'builder', 'deep settings', 2, 1],
    ['11-redacted.sdk.json', 'sdk', 'exported by the SDK', 2, 1],
    ['12-wrapped.studio.json', 'studio', 'Untitled workflow', 2, 1],
    ['13-monitoring.export.json', 'export', 'execution monitoring', 3, 2],
    ['14-session.manifest.json', 'manifest', 'session-create', 4, 3],
    ['15-triage.kaizen-template.json', 'kaizen', 'Support triage', 2, 1],
    ['07-switch-merge.sdk.yaml', 'sdk', 'switch and merge', 6, 7],
    ['13-monitoring.export.yaml', 'export', 'execution monitoring', 3, 2],
  ] as const)('%s', (file, shape, name, nodes, connections) => {
    const text = fixture(file);
    const workflow = workflowOf(text);
    expect(workflow).toMatchObject({ shape, name, format: file.endsWith('yaml') ? 'yaml' : 'json', text });
    expect([workflow.nodes.length, workflow.connections.length]).toEqual([nodes, connections]);
    const ids = new Set(workflow.nodes.map((node) => node.id));
    for (const { fromNode, toNode } of workflow.connections) expect([ids.has(fromNode), ids.has(toNode)]).toEqual([true, true]);
    expect(workflow.hash).toBe(sha256(workflow.definition));
  });

  test('the YAML of a workflow reads like its JSON', () => {
    const { nodes, connections } = workflowOf(fixture('07-switch-merge.sdk.yaml'));
    const json = workflowOf(fixture('07-switch-merge.sdk.json'));
    const byId = (list: Workflow['nodes']) => [...list].sort((a, b) => a.id.localeCompare(b.id));
    expect(byId(nodes)).toEqual(byId(json.nodes));
    expect(byId(nodesOf(fixture('07-switch-merge.sdk.yaml')))).toEqual(byId(nodesOf(fixture('07-switch-merge.sdk.json'))));
    expect(connections).toEqual(json.connections);
  });

  test('plain words of YAML are what PyYAML makes of them', () => {
    const config = '{n: 3, y: 1e5, N: 1.0e5, a: yes, b: Off, c: 1.0e+5, d: 08, e: 007, f: -.5, g: .5, h: 1_000, i: 12:30, j: 0x1F, k: ~, l: nan}';
    const [node] = nodesOf(`nodes:\n  a: {node_type: X, config: ${config}}\nconnections: []\n`);
    expect(node?.parameters).toEqual({ n: 3, y: '1e5', N: '1.0e5', a: true, b: false, c: 100_000, d: '08', e: 7, f: '-.5', g: 0.5, h: 1000, i: 750, j: 31, k: null, l: 'nan' });
  });

  test('their settings are not kept, for parsed they take more memory than the text', () => {
    for (const node of workflowOf(fixture('02-ask-llm.studio.json')).nodes) expect(Object.keys(node)).toEqual(['id', 'type']);
  });

  test('settings are found under each name, also in the environment of a manifest\'s container', () => {
    expect(nodesOf(fixture('02-ask-llm.studio.json'))[0]?.parameters['model']).toBe('gpt-4o-mini');
    expect(nodesOf(fixture('01-fast.sdk.json'))[0]?.parameters['n']).toBe(3);
    expect(nodesOf(fixture('14-session.manifest.json'))[0]?.parameters['resource_type']).toBe('session');
  });

  test('a manifest\'s node name may hold dots', () => {
    const spec = { nodes: [{ name: 'a.b', type: 'X' }, { name: 'c', type: 'X' }], edges: [{ from: 'a.b.out.put', to: 'c.in' }] };
    expect(workflowOf(JSON.stringify({ kind: 'Workflow', spec })).connections).toEqual([{ fromNode: 'a.b', fromOutput: 'out.put', toNode: 'c', toInput: 'in' }]);
  });

  test.each([
    ['Studio', '{"nodes":[{"id":"a","type":"X"},{"id":"b","type":"X"}],"edges":[{"source":"a","target":"b","sourceHandle":"out","targetHandle":"in"},{"source":"a","target":"b","sourceHandle":null}]}'],
    ['Studio in Python', '{"nodes":[{"id":"a","type":"X"},{"id":"b","type":"X"}],"edges":[{"source":"a","target":"b","source_handle":"out","target_handle":"in"},{"source":"a","target":"b"}]}'],
    ['SDK', '{"nodes":{"a":{"node_type":"X"},"b":{"node_type":"X"}},"connections":[{"source_node":"a","source_output":"out","target_node":"b","target_input":"in"},{"source_node":"a","target_node":"b"}]}'],
    ['builder', '{"nodes":{"a":{"type":"X"},"b":{"type":"X"}},"connections":[{"from_node":"a","from_output":"out","to_node":"b","to_input":"in"},{"from":"a","to":"b"}]}'],
    ['export', '{"nodes":{"a":{"type":"X","container":{}},"b":{"type":"X"}},"connections":[{"from":"a","from_output":"out","to":"b","to_input":"in"},{"from":"a","to":"b","from_output":""}]}'],
    ['manifest', '{"spec":{"nodes":[{"name":"a","type":"X"},{"name":"b","type":"X"}],"edges":[{"from":"a.out","to":"b.in"},{"from":"a","to":"b."}]}}'],
    ['Kaizen', '{"agents":[{"id":"a","type":"X"},{"id":"b","type":"X"}],"connections":[{"from":"a","from_output":"out","to":"b","to_input":"in"},{"from":"a","to":"b"}]}'],
  ])('ports are read, and where none is named they are those of Kailash: %s', (_shape, text) => {
    expect(workflowOf(text).connections).toEqual([
      { fromNode: 'a', fromOutput: 'out', toNode: 'b', toInput: 'in' },
      { fromNode: 'a', fromOutput: 'result', toNode: 'b', toInput: 'input' },
    ]);
  });

  test('examples of a template are offered as they were written', () => {
    const text = fixture('15-triage.kaizen-template.json').replace('"lang": "fr"', '"lang":"fr", "id": 12345678901234567890');
    const { exampleInputs } = workflowOf(text);
    expect(exampleInputs).toHaveLength(2);
    expect(exampleInputs[1]).toContain('"lang":"fr", "id": 12345678901234567890');
    for (const example of exampleInputs) expect(text).toContain(example);
  });

  test('inputs are offered without their secrets: an empty text shows what is asked for', () => {
    const template = '{"agents":[{"id":"reset_password","type":"A"}],"documentation":{"example_inputs":[{"token": "hunter2", "n": 1.0}, {"reset_password":{"mail":"m"}}]}}';
    expect(workflowOf(template).exampleInputs).toEqual(['{"token": "", "n": 1.0}', '{"reset_password":{"mail":"m"}}']);
    const inputs = `{"api_key" :"hunter2secret","password":12345,"code":"x('Bearer abc123def456')","credentials":{"user":"u","key":"k"},"n":12345678901234567890}`;
    const wrapper = workflowOf(`{"inputs":${inputs},"workflow_definition":${studioText()}}`);
    expect(wrapper).toMatchObject({ wrappedInputs: inputs, exampleInputs: [`{"api_key" :"","password":"","code":"x('Bearer ')","credentials":{"user":"u","key":""},"n":12345678901234567890}`] });
  });
});

describe('a wrapped definition', () => {
  test('is an unchanged slice of the text, and so are its inputs', () => {
    const definition = '{ "nodes":[{"id":"a","type":"X","parameters":{"n":12345678901234567890,"e":1e400,"u":"\\ud800 größe 🧪"}} ],"edges":[]\n}';
    const inputs = '{"big": 98765432109876543210}';
    const text = `{"other":[1,{"workflow_definition":2}], "workflow_definition" : ${definition} ,"inputs":${inputs}}`;
    expect(workflowOf(text)).toMatchObject({ text, definition, wrappedInputs: inputs, exampleInputs: [inputs], hash: sha256(definition) });
  });

  test('counts the last of two equal keys, as every JSON reader does, also when the key is written with escapes', () => {
    const last = studioText({ last: true });
    const text = `{"workflow_definition":${studioText()},"workflow\\u005fdefinition":${last}}`;
    expect(workflowOf(text)).toMatchObject({ definition: last, wrappedInputs: null, exampleInputs: ['{"a":{"last":true}}'] });
  });

  test.each([
    ['a text in the place of the definition', '{"workflow_definition":"{}"}', 'workflow_definition: This is not'],
    ['inputs that are a list', `{"workflow_definition":${studioText()},"inputs":[1]}`, 'inputs: Inputs are one JSON object'],
    ['an empty definition', '{"workflow_definition":{}}', ': The definition is empty'],
    ['a wrapper in a wrapper', `{"workflow_definition":{"workflow_definition":${studioText()}}}`, ': This is not a workflow definition'],
    ['YAML', 'workflow_definition:\n  nodes: {}\n', ': A workflow_definition wrapper'],
  ])('with %s is refused', (_what, text, expected) => {
    expect(problemOf(text)).toContain(expected);
  });
});

describe('what is no workflow is refused with a sentence', () => {
  test.each([
    ['nothing', '', ': The text is empty'],
    ['spaces', ' \n\t', ': The text is empty'],
    ['an empty object', '{}', ': The definition is empty'],
    ['a list', '[]', ': This is a list'],
    ['a number', '42', ': This is a single value'],
    ['null', 'null', ': This is a single value'],
    ['a web page', '<!doctype html><p>hi', ': This is not a workflow definition: it is neither a JSON object nor the YAML of one'],
    ['broken YAML', 'a: b: c', ': This is neither JSON nor valid YAML'],
    ['two YAML documents', 'a: 1\n---\nb: 2\n', ': This is neither JSON nor valid YAML'],
    ['another object', '{"name":"x","version":1}', ': This is not a workflow definition: it has no nodes, spec.nodes or agents, only name, version.'],
    ['nodes that are a text', '{"nodes":"a"}', ': This is not a workflow definition: its nodes are neither a list nor an object.'],
    ['no nodes in a list', '{"nodes":[],"edges":[]}', ': The workflow has no nodes'],
    ['no nodes by id', '{"nodes":{},"connections":[]}', ': The workflow has no nodes'],
    ['a node that is a text', '{"nodes":["a"]}', 'nodes[0]: A node must be an object'],
    ['a node without an id', '{"nodes":[{"type":"X"}]}', 'nodes[0].id: This node has no id.'],
    ['a node without a type', '{"nodes":[{"id":"a"}]}', 'nodes[0].type: This node has no type.'],
    ['two nodes with one id', '{"nodes":[{"id":"a","type":"X"},{"id":"a","type":"X"}]}', 'nodes[1].id: Two nodes have the id "a".'],
    ['settings that are a list', '{"nodes":[{"id":"a","type":"X","parameters":[]}]}', 'nodes[0].parameters: The settings'],
    ['an edge without an end', '{"nodes":[{"id":"a","type":"X"}],"edges":[{"source":"a"}]}', 'edges[0]: A connection must name its two nodes: source and target.'],
    ['edges that are an object', '{"nodes":{"a":{"type":"X"}},"connections":{}}', 'connections: The connections must be a list.'],
  ])('%s', (_what, text, expected) => {
    expect(problemOf(text)).toContain(expected);
  });

  test.each([
    ['{"nodes": [\n  {"id": "a" "type": "X"}]}', 'Line 2, column 14: a comma is expected'],
    ["{'nodes': []}", 'Line 1, column 2: this word is not JSON (names and texts stand in double quotes)'],
    ['{"nodes": [1, 2', 'Line 1, column 16: a closing bracket is missing'],
    ['{nodes: []}', 'Line 1, column 2: this word is not JSON'],
    ['{"nodes": [], 5: 1}', 'Line 1, column 15: a property name in double quotes is expected'],
    ['{"nodes": []} []', 'Line 1, column 15: the text goes on after its end'],
    ['{"nodes": [] /* none */}', 'Line 1, column 14: JSON has no comments'],
    ['{"nodes": NaN}', 'Line 1, column 11: this word is not JSON'],
    ['{"nodes": [],}', 'Line 1, column 14: '],
  ])('broken JSON says where and why: %s', (text, expected) => {
    expect(problemOf(text)).toContain(`This is not valid JSON. ${expected}`);
  });

  test('a lone surrogate written raw says where; written as an escape it is read', () => {
    expect(problemOf('{"nodes":\n ["\ud83d"]}')).toMatch(/^: Line 2, column 4: half of a character pair/);
    expect(workflowOf(studioText('x').replace('"x"', '{"t":"\\ud83d"}')).nodes).toHaveLength(1);
  });

  test('more than 20 problems end in a count', () => {
    const { problems } = readWorkflow(JSON.stringify({ nodes: Array.from({ length: 50 }, () => 0) }));
    expect(problems).toHaveLength(21);
    expect(problems?.at(-1)?.message).toBe('There are 30 more problems like these.');
  });
});

describe('limits', () => {
  const padded = (bytes: number) => {
    const [head = '', tail = ''] = studioText({ code: '@' }).split('@');
    return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
  };
  const nested = (levels: number) => studioText('@').replace('"@"', `{"deep":${'['.repeat(levels)}${']'.repeat(levels)}}`);

  test('10 MB are read, one byte more is refused', () => {
    expect(workflowOf(padded(10 * 1024 * 1024)).nodes).toHaveLength(1);
    expect(problemOf(padded(10 * 1024 * 1024 + 1))).toContain('at most 10 MB');
  });

  test('100 levels are read, 101 are refused; brackets in texts do not count', () => {
    expect(workflowOf(nested(96)).nodes).toHaveLength(1);
    expect(problemOf(nested(97))).toContain('nested deeper than 100 levels');
    expect(workflowOf(studioText({ code: `"\\"${'['.repeat(500)}` })).nodes).toHaveLength(1);
  });

  test.each([
    ['150 levels of YAML', `a: ${'['.repeat(150)}${']'.repeat(150)}`],
    ['a million brackets', '['.repeat(1_000_000)],
    ['a million dashes', `${'- '.repeat(100_000)}x`],
    ['an alias to its own parent', 'nodes: &n\n  a: *n\n'],
  ])('%s are refused and break nothing', (_what, text) => {
    expect(problemOf(text)).toContain('nested deeper than 100 levels');
  });

  test('aliases that multiply are refused', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++) lines.push(`a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`).join(', ')}]`);
    expect(problemOf(lines.join('\n'))).toContain('neither JSON nor valid YAML');
  });
});

describe('nasty text', () => {
  test('a leading BOM is removed, once', () => {
    const text = studioText();
    expect(workflowOf(`\ufeff${text}`)).toMatchObject({ text, definition: text, hash: sha256(text) });
    expect(readWorkflow(`\ufeff\ufeff${text}`).problems).toHaveLength(1);
  });

  test('__proto__ and empty keys are nodes like others and change no prototype', () => {
    const { nodes } = workflowOf('{"nodes":{"__proto__":{"type":"X","config":{"__proto__":{"polluted":1}}},"":{"type":"Y"}},"connections":[]}');
    expect(nodes.map((node) => node.id)).toEqual(['__proto__', '']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('a name is one line of whole characters, and not endless', () => {
    const named = (name: string) => workflowOf(JSON.stringify({ ...JSON.parse(studioText()), metadata: { name } })).name;
    expect(named('a\u0000b\nc\u2028d \ud800')).toBe('a b c d \ufffd');
    expect([...named('🧪'.repeat(500))]).toHaveLength(200);
    expect(named('\u0000')).toBe('Untitled workflow');
  });

  test('any text gives a workflow or sentences, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.json().map((json) => `{"nodes":${json},"edges":[]}`), fc.json().map((json) => `{"workflow_definition":${json}}`)), (text) => {
        const read = readWorkflow(text);
        expect(read.workflow ? 1 : read.problems?.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test('whatever stands in a definition, a wrapper\'s slices are its own text', () => {
    fc.assert(
      fc.property(fc.json(), fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom('', ' ', '\n\t'), (json, inputs, space) => {
        const definition = `{${space}"nodes":[{"id":"a","type":"X","parameters":{"v":${json}}}]${space}}`;
        const text = `{${space}"inputs":${space}${JSON.stringify(inputs)}${space},"workflow_definition"${space}:${definition}${space}}`;
        expect(workflowOf(text)).toMatchObject({ definition, wrappedInputs: JSON.stringify(inputs) });
      }),
      { numRuns: 300 },
    );
  });
});
