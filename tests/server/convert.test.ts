import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Converted, sessionsDefinition } from '../../server/workflow/convert.ts';
import { memberSlice, slicesAt } from '../../server/workflow/json-text.ts';
import { readWorkflow } from '../../server/workflow/read.ts';
import { findSecrets, redact } from '../../server/workflow/secrets.ts';
import { definitionText } from '../helpers/definitions.ts';
import { amount } from '../helpers/long.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/workflows/${name}`, import.meta.url), 'utf8');

/** As it is sent: with the secrets cut out. */
function converted(text: string): Converted {
  const { workflow } = readWorkflow(text);
  if (!workflow) throw new Error('it cannot be read');
  const { text: safe } = redact(workflow.text, findSecrets(workflow).found);
  return sessionsDefinition(workflow, workflow.definition === workflow.text ? safe : (memberSlice(safe, 'workflow_definition') ?? ''));
}

const textOf = (text: string): string => converted(text).text ?? '';
const made = (text: string) => JSON.parse(textOf(text)) as { name: string; nodes: { id: string; type: string; config: Record<string, unknown> }[]; connections: Record<string, string>[] };
const problemsOf = (text: string) => (converted(text).problems ?? []).map(({ path, message }) => `${path}: ${message}`);

describe('a definition becomes what the sessions API takes', () => {
  test.each([
    ['01-fast.sdk.json', 1, 0], ['02-ask-llm.studio.json', 2, 1], ['03-http-auth.builder-list.json', 3, 2], ['04-sql.studio.json', 3, 2], ['05-nasty-code.sdk.json', 2, 1], ['06-unicode.studio.json', 3, 2],
    ['07-switch-merge.sdk.json', 6, 7], ['09-big-300.studio.json', 300, 348], ['10-deep-40.builder-dict.json', 2, 1], ['11-redacted.sdk.json', 2, 1], ['12-wrapped.studio.json', 2, 1],
    ['13-monitoring.export.json', 3, 2], ['07-switch-merge.sdk.yaml', 6, 7], ['13-monitoring.export.yaml', 3, 2],
  ] as const)('%s', (file, nodes, connections) => {
    const value = made(fixture(file));
    expect([value.nodes.length, value.connections.length]).toEqual([nodes, connections]);
    const ids = new Set(value.nodes.map(({ id }) => id));
    for (const connection of value.connections) {
      expect(Object.keys(connection)).toEqual(['from_node', 'from_output', 'to_node', 'to_input']);
      expect([ids.has(connection['from_node'] ?? ''), ids.has(connection['to_node'] ?? '')]).toEqual([true, true]);
    }
  });

  test('with name, nodes as a list, and Studio\'s edges as connections', () => {
    expect(made(fixture('02-ask-llm.studio.json'))).toMatchObject({
      name: 'Untitled workflow',
      nodes: [{ id: 'ask', type: 'LLMAgentNode', config: { provider: 'openai', api_key: '[[SECRET_ASK_API_KEY]]' } }, { id: 'keep', type: 'JSONWriterNode', config: { file_path: 'out.json' } }],
      connections: [{ from_node: 'ask', from_output: 'response', to_node: 'keep', to_input: 'data' }],
    });
  });

  test('the settings of a node are the unchanged slice of the definition', () => {
    const config = '{ "n":12345678901234567890, "e":1e400 ,"u":"\\u00e9\\/\\ud800","twice":1,"twice":2,"":{} }';
    const id = '"\\u0061 \\"x\\" \u2028"';
    for (const text of [
      `{"nodes":[{"id":${id},"type":"X","parameters":${config}}],"edges":[]}`,
      `{"nodes":[{"id":${id},"config":${config},"type":"X"}],"connections":[]}`,
      `{"nodes":{${id}:{"node_type":"X","config":${config}}},"connections":[]}`,
      `{"nodes":{${id}:{"type":"X","config":${config},"container":{}}},"connections":[]}`,
      `{"nodes":{${id}:0,"\\u0061 \\"x\\" \\u2028":{"type":"X","parameters":null,"config":${config}}},"connections":[]}`,
    ]) expect(textOf(text)).toBe(`{"name":"Untitled workflow","nodes":[{"id":"a \\"x\\" \u2028","type":"X","config":${config}}],"connections":[]}`);
  });

  test('a node without settings has none', () => {
    expect(textOf('{"nodes":[{"id":"a","type":"X"}]}')).toBe('{"name":"Untitled workflow","nodes":[{"id":"a","type":"X","config":{}}],"connections":[]}');
  });

  test('the YAML of a workflow becomes the same as its JSON, numbers as they were written', () => {
    const byId = (file: string) => ({ ...made(fixture(file)), nodes: made(fixture(file)).nodes.sort((a, b) => a.id.localeCompare(b.id)) });
    expect(byId('07-switch-merge.sdk.yaml')).toEqual(byId('07-switch-merge.sdk.json'));
    expect(byId('13-monitoring.export.yaml')).toEqual(byId('13-monitoring.export.json'));
    expect(textOf('nodes:\n  a: {type: X, config: {big: 12345678901234567890, half: 600.0, hex: 0x10, yes: yes, 1: one, list: [1.50, ~]}}\nconnections: []\n')).toContain('"config":{"1":"one","big":12345678901234567890,"half":600.0,"hex":16,"true":true,"list":[1.50,null]}');
  });

  test('whatever is in a definition, each node\'s settings arrive as they stood, once the secrets are put back', () => {
    fc.assert(
      fc.property(definitionText, (text) => {
        const { workflow } = readWorkflow(text);
        if (!workflow) return;
        const { text: safe, markers } = redact(text, findSecrets(workflow).found);
        const whole = markers.reduce((before, { marker, value }) => before.replaceAll(marker, () => value), sessionsDefinition(workflow, safe).text ?? '');
        const paths = workflow.nodes.map((_, i) => i);
        expect(slicesAt(whole, paths.map((i) => ['nodes', i, 'config']))).toEqual(slicesAt(text, paths.map((i) => ['nodes', i, 'parameters'])));
        expect(made(text).connections).toHaveLength(workflow.nodes.length - 1);
      }),
      { numRuns: amount(300, 3000) },
    );
  });
});

describe('what would be lost is refused with a sentence', () => {
  test('a cycle', () => {
    expect(problemsOf(fixture('08-cycle.sdk.json'))).toEqual(['connections[2].cycle: The sessions API takes no cycles and conditions: cycle of this connection would be lost. Test this workflow on a gateway, or through Studio.']);
  });

  test.each([
    ['"max_iterations":5', 'max_iterations'], ['"convergence_check":"x > 1"', 'convergence_check'], ['"timeout":1.5', 'timeout'], ['"condition":"x"', 'condition'], ['"parent_cycle":"p"', 'parent_cycle'], ['"cycle_id":"c"', 'cycle_id'], ['"memory_limit":10', 'memory_limit'],
  ])('%s of a connection', (member, name) => {
    expect(problemsOf(`{"nodes":{"a":{"node_type":"X"}},"connections":[{"source_node":"a","target_node":"a",${member}}]}`)[0]).toContain(`connections[0].${name}: `);
    expect(problemsOf(`{"nodes":[{"id":"a","type":"X"}],"edges":[{"source":"a","target":"a",${member}}]}`)[0]).toContain(`edges[0].${name}: `);
  });

  test('but not members that say nothing', () => {
    expect(problemsOf('{"nodes":{"a":{"node_type":"X"}},"connections":[{"source_node":"a","target_node":"a","cycle":false,"max_iterations":null,"label":"x"}],"metadata":{"_workflow_inputs":{}}}')).toEqual([]);
  });

  test('a mapping of inputs', () => {
    expect(problemsOf('{"nodes":{"a":{"node_type":"X"}},"connections":[],"metadata":{"_workflow_inputs":{"a":{"x":"y"}}}}')[0]).toMatch(/^metadata\._workflow_inputs: .* would be lost/);
  });

  test('a Kaizen template', () => {
    expect(problemsOf(fixture('15-triage.kaizen-template.json'))).toEqual([expect.stringMatching(/^agents: A Kaizen template describes agents/)]);
  });

  test('a manifest whose texts may have been something else', () => {
    expect(problemsOf(fixture('14-session.manifest.json'))).toEqual([expect.stringContaining('whether cache_ttl of the node "check_permissions" was a text or the value 300 is lost')]);
    const manifest = (value: string) => `{"spec":{"nodes":[{"name":"a.b","type":"X","container":{"env":[{"name":"CONFIG_FILE_PATH","value":"${value}"},{"name":"PATH","value":"1"}]}},{"name":"c","type":"X"}],"edges":[{"from":"a.b.out","to":"c.in"}]}}`;
    expect(JSON.parse(textOf(manifest('/tmp/\\"x\\".csv')))).toEqual({
      name: 'Untitled workflow',
      nodes: [{ id: 'a.b', type: 'X', config: { file_path: '/tmp/"x".csv' } }, { id: 'c', type: 'X', config: {} }],
      connections: [{ from_node: 'a.b', from_output: 'out', to_node: 'c', to_input: 'in' }],
    });
    for (const value of ['True', 'None', '-1', '0.5', '1e-05', '[1, 2]', "{'a': 1}", '(1,)', 'nan', '<object>']) expect(problemsOf(manifest(value))).toHaveLength(1);
  });

  test.each([
    ['a date', 'd: 2026-01-05', 'The setting l[0].d of the node "a" is a date'],
    ['infinity', 'd: .inf', 'is no finite number'],
    ['a set', 'd: !!set {x}', 'is a value of its own kind'],
  ])('%s in YAML, which JSON does not have', (_what, member, sentence) => {
    expect(problemsOf(`nodes:\n  a: {type: X, config: {l: [{${member}}]}}\nconnections: []\n`)[0]).toContain(sentence);
  });

  test('secrets in YAML: they could not be kept out of the script', () => {
    expect(problemsOf('nodes:\n  a: {type: X, config: {api_key: abc}}\nconnections: []\n')).toEqual([expect.stringMatching(/^: This YAML holds secrets/)]);
    expect(problemsOf('nodes:\n  a: {type: X, config: {api_key: "{{ key }}"}}\nconnections: []\n')).toEqual([]);
  });
});
