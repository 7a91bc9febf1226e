import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sessionsDefinition } from '../../server/workflow/convert.ts';
import { memberSlice } from '../../server/workflow/json-text.ts';
import { readWorkflow } from '../../server/workflow/read.ts';
import { findSecrets, redact, variablesIn } from '../../server/workflow/secrets.ts';
import { definitionText, jsonText, NASTY } from '../helpers/definitions.ts';
import { amount } from '../helpers/long.ts';

/** What looks like a secret, or nearly, and what surrounds it. */
const scrap = fc.constantFrom(
  'ghp_', 'a1'.repeat(18), 'sk-', 'Bearer ', 'Basic dTpw', 'eyJhbGciOiJIUzI1NiJ9', '.', '://', 'u:p@', '@', '?token=', '&key=', 'password=', ';', '=', '-----BEGIN PRIVATE KEY-----', '-----END ', 'AKIA', '***', '{{', '}}', '[[SECRET_A_TOKEN]]', '<', '>', '\\n', '\\"', '\\\\',
  '\\u0041', '\\u2028', '\\/', ' ', 'x', '7', "'", 'ü', '😀', '$&',
);
const raw = fc.array(scrap, { maxLength: 8 }).map((scraps) => `"${scraps.join('')}"`);
const key = fc.oneof(fc.constantFrom('"token"', '"api_key"', '"password"', '"name"', '"value"', '"key"', '"\\u0074oken"', '"__proto__"', '""', '"auth"', '"cookie"', '"parameters"', '"config"', '"env"', '"nodes"'), raw);
const value = fc.oneof({ weight: 4, arbitrary: raw }, { weight: 2, arbitrary: jsonText }, { weight: 1, arbitrary: fc.constantFrom(...NASTY, '12345', '-1e400', '{"name":"token","value":"v"}', '["a",["b"]]') });
const object = fc.array(fc.tuple(key, value), { maxLength: 6 }).map((members) => `{${members.map((member) => member.join(':')).join(',')}}`);

const id = fc.oneof(fc.constantFrom('"a"', '"b"', '"a.b"', '"__proto__"', '""', '"0"'), raw);
const node = fc.tuple(id, raw, object, fc.constantFrom('parameters', 'config'));
const nodes = fc.uniqueArray(node, { minLength: 1, maxLength: 4, selector: ([name]) => JSON.parse(name) as string });
const ends = fc.array(fc.tuple(id, id, raw, fc.constantFrom('', ',"cycle":true', ',"condition":null')), { maxLength: 3 });
const listed = (pairs: [string, string, string, string][], from: string, to: string, output: string, input: string) => `[${pairs.map(([a, b, port, more]) => `{"${from}":${a},"${to}":${b},"${output}":${port},"${input}":${port}${more}}`).join(',')}]`;

const inShape = fc.tuple(fc.constantFrom('studio', 'sdk', 'builder', 'list', 'export', 'manifest', 'kaizen'), nodes, ends, object).map(([shape, all, pairs, metadata]) => {
  const list = (name: string, settings: string | null) => `[${all.map(([i, type, json, member]) => `{"${name}":${i},"type":${type},"${settings ?? member}":${json}}`).join(',')}]`;
  const byId = (type: string, more: string) => `{${all.map(([i, t, json]) => `${i}:{"${type}":${t},"config":${json}${more}}`).join(',')}}`;
  switch (shape) {
    case 'studio': return `{"nodes":${list('id', null)},"edges":${listed(pairs, 'source', 'target', 'sourceHandle', 'targetHandle')},"metadata":${metadata}}`;
    case 'sdk': return `{"nodes":${byId('node_type', '')},"connections":${listed(pairs, 'source_node', 'target_node', 'source_output', 'target_input')},"metadata":${metadata}}`;
    case 'builder': return `{"nodes":${byId('type', '')},"connections":${listed(pairs, 'from', 'to', 'from_output', 'to_input')}}`;
    case 'list': return `{"nodes":${list('id', null)},"connections":${listed(pairs, 'from_node', 'to_node', 'from_output', 'to_input')}}`;
    case 'export': return `{"nodes":${byId('type', ',"container":{"env":{}}')},"connections":${listed(pairs, 'from', 'to', 'from_output', 'to_input')}}`;
    case 'manifest': return `{"spec":{"nodes":[${all.map(([i, type, json]) => `{"name":${i},"type":${type},"container":{"env":[{"name":"CONFIG_TOKEN","value":${i}},${json}]}}`).join(',')}],"edges":${listed(pairs, 'from', 'to', 'x', 'y')}}}`;
    default: return `{"agents":${list('id', 'config')},"connections":${listed(pairs, 'from', 'to', 'from_output', 'to_input')},"documentation":{"example_inputs":[${metadata}]}}`;
  }
});

const wrapped = fc.tuple(inShape, object).map(([definition, inputs]) => `{"inputs":${inputs},"workflow_definition":${definition}}`);
/** A letter less, more or another. */
const broken = fc.tuple(fc.oneof(inShape, definitionText), fc.nat(), fc.nat(3), scrap).map(([text, at, less, more]) => text.slice(0, at % text.length) + more + text.slice((at % text.length) + less));
const yaml = fc.tuple(id, object).map(([i, json]) => `nodes:\n  ${i}: {type: X, config: ${json}}\nconnections: []\n`);

const anyText = fc.oneof({ weight: 6, arbitrary: inShape }, { weight: 2, arbitrary: wrapped }, { weight: 2, arbitrary: definitionText }, { weight: 2, arbitrary: broken }, yaml, jsonText, fc.string({ unit: 'binary', maxLength: 200 }));

test('no text and no definition breaks anything: it is refused with a sentence, or what is made of it is JSON that gives the text again', () => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(anyText, fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 3 }), (text, picks) => {
      const { workflow, problems } = readWorkflow(text);
      if (!workflow) {
        expect(problems.length).toBeGreaterThan(0);
        return count('refused');
      }
      for (const example of workflow.exampleInputs) expect(() => JSON.parse(example)).not.toThrow();
      const all = findSecrets(workflow).found;
      const marks = picks.flatMap(([i, secret]) => (all[i] ? [{ path: all[i].path, secret }] : [{ path: `/nodes/${i}`, secret }]));
      const { found } = findSecrets(workflow, marks);
      const safe = redact(workflow.text, found);
      expect(safe.markers.reduce((before, { marker, value: secret }) => before.replaceAll(marker, () => secret), safe.text)).toBe(workflow.text);
      const definition = workflow.definition === workflow.text ? safe.text : (memberSlice(safe.text, 'workflow_definition') ?? '');
      const made = sessionsDefinition(workflow, definition);
      if (made.text === undefined) {
        expect(made.problems.length).toBeGreaterThan(0);
        return count(`${workflow.shape} not converted`);
      }
      const value = JSON.parse(made.text) as { nodes: unknown[]; connections: unknown[] };
      expect([value.nodes.length, value.connections.length]).toEqual([workflow.nodes.length, workflow.connections.length]);
      const needed = variablesIn(made.text, safe.markers);
      for (const { variable, marker } of safe.markers) expect(made.text.includes(marker)).toBe(needed.has(variable));
      count(`${workflow.shape} ${workflow.format} ${found.length > 0 ? 'with' : 'without'} secrets`);
    }),
    { numRuns: amount(1000, 10_000) },
  );
  // The cases are really there.
  for (const shape of ['studio', 'sdk', 'builder', 'export']) expect(seen.get(`${shape} json with secrets`)).toBeGreaterThan(10);
  for (const what of ['refused', 'kaizen not converted', 'manifest not converted']) expect(seen.get(what)).toBeGreaterThan(5);
}, amount(10_000, 120_000));
