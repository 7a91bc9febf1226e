/**
 * A definition in the one form that the sessions family takes (`WorkflowBuilder.from_dict`, nodes as a list): it reads no
 * `node_type`, no `source_node`, and drops Studio's edges in silence. Each node's settings stay the unchanged text that they
 * were. What the form cannot hold is refused, never left out.
 */
import { slicesAt } from './json-text.ts';
import type { Problem } from './problem.ts';
import { findSecrets } from './secrets.ts';
import { shapes } from './shapes/index.ts';
import { type Content, isObject, type Loose, type PlacedNode } from './shapes/shape.ts';
import { shown } from './shown.ts';
import type { Workflow, WorkflowConnection } from './workflow.ts';
import { jsonOfYaml, readYamlExactly } from './yaml-json.ts';

export type Converted = { readonly text: string; readonly problems?: undefined } | { readonly text?: undefined; readonly problems: readonly Problem[] };

/**
 * The body of `POST /api/workflows`.
 * @param definition the workflow's, with its secrets cut out; it is what the settings are taken from
 */
export function sessionsDefinition(workflow: Pick<Workflow, 'shape' | 'format' | 'name'>, definition: string): Converted {
  const shape = shapes.find(({ key }) => key === workflow.shape);
  const yaml = workflow.format === 'yaml';
  const value: unknown = yaml ? readYamlExactly(definition) : JSON.parse(definition);
  if (!shape || !isObject(value)) return refusal('This definition cannot be converted for the sessions API.');
  const content = shape.read(value);
  const problems = [...content.problems, ...lostIn(workflow, value, content)];
  if (problems.length > 0) return { problems };

  const settings = settingsOf(content.nodes, yaml ? null : definition);
  if (settings.problems.length > 0) return { problems: settings.problems };
  const nodes = content.nodes.map(({ id, type }, i) => `{"id":${JSON.stringify(id)},"type":${JSON.stringify(type)},"config":${settings.texts[i]}}`);
  const text = `{"name":${JSON.stringify(workflow.name)},"nodes":[${nodes.join(',')}],"connections":[${content.connections.map(connectionText).join(',')}]}`;
  return yaml ? withoutSecrets(text) : { text };
}

function connectionText({ fromNode, fromOutput, toNode, toInput }: WorkflowConnection): string {
  return JSON.stringify({ from_node: fromNode, from_output: fromOutput, to_node: toNode, to_input: toInput });
}

/** @param definition JSON text; null: there is none, the settings are written from their values */
function settingsOf(nodes: readonly PlacedNode[], definition: string | null): { texts: string[]; problems: Problem[] } {
  const slices = definition === null ? [] : slicesAt(definition, nodes.map(({ settingsAt }) => settingsAt ?? ['']));
  const problems: Problem[] = [];
  const texts = nodes.map(({ id, parameters, settingsAt }, i) => {
    const slice = settingsAt === null ? null : slices[i];
    if (slice) return slice;
    const json = jsonOfYaml(parameters);
    if (json.text === undefined) problems.push({ path: '', message: `The setting ${json.path} of the node ${quoted(id)} is ${json.what}, which JSON does not have: give the workflow's JSON.` });
    return json.text ?? '';
  });
  return { texts, problems };
}

/** `WorkflowBuilder.from_dict` reads four members of a connection; these say something else about how it runs (SDK, graph.py). */
const CONNECTION_SETTINGS = ['cycle', 'max_iterations', 'convergence_check', 'cycle_id', 'timeout', 'memory_limit', 'condition', 'parent_cycle'];

function lostIn({ shape }: Pick<Workflow, 'shape'>, value: Loose, content: Content): Problem[] {
  if (shape === 'kaizen') return [{ path: 'agents', message: 'A Kaizen template describes agents, which the sessions API does not run as nodes: build the workflow from it, and give that.' }];
  if (shape === 'manifest') return textsOnly(content.nodes);
  const list = shape === 'studio' ? 'edges' : 'connections';
  const connections = Array.isArray(value[list]) ? value[list] : [];
  const problems = connections.flatMap((connection: unknown, i): Problem[] => {
    const lost = CONNECTION_SETTINGS.find((name) => isObject(connection) && isSet(connection[name]));
    return lost === undefined ? [] : [{ path: `${list}[${i}].${lost}`, message: `The sessions API takes no cycles and conditions: ${lost} of this connection would be lost. Test this workflow on a gateway, or through Studio.` }];
  });
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  if (isSet(metadata['_workflow_inputs']))
    problems.push({ path: 'metadata._workflow_inputs', message: 'The sessions API takes no mapping of inputs: it would be lost. Test this workflow on a gateway, or through Studio.' });
  return problems;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && !(isObject(value) && Object.keys(value).length === 0);
}

/** What Python prints of something that is no text: `WorkflowExporter.to_manifest` writes all settings as `str(value)`. */
const PRINTED = /^(?:True|False|None|nan|[+-]?inf|[+-]?\.?\d[\w.+-]*|[[({<].*)$/s;

function textsOnly(nodes: readonly PlacedNode[]): Problem[] {
  for (const { id, parameters } of nodes)
    for (const [key, value] of Object.entries(parameters))
      if (typeof value === 'string' && PRINTED.test(value))
        return [{ path: 'spec.nodes', message: `A manifest holds all settings as texts: whether ${shown(key, 60)} of the node ${quoted(id)} was a text or the value ${shown(value, 40)} is lost. Give the SDK's own JSON of this workflow (to_dict).` }];
  return [];
}

/** Secrets of YAML cannot be cut out and put back as they stood: they stay where they are. */
function withoutSecrets(text: string): Converted {
  const { found } = findSecrets({ text, definition: text, format: 'json', nodes: [] });
  return found.length === 0 ? { text } : refusal('This YAML holds secrets, which must not stand in a script, and only those of JSON can be kept out of it: give the JSON of the same workflow, or references to variables in their place.');
}

function refusal(message: string): Converted {
  return { problems: [{ path: '', message }] };
}

const quoted = (id: string) => JSON.stringify(shown(id, 60));
