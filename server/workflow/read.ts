/** Any definition to one `Workflow`, or sentences that say why not. Nothing is changed: what is sent is the text as it came. */
import { createHash } from 'node:crypto';
import { effectsOf } from './effects.ts';
import { proposedInputs } from './examples.ts';
import { elementSlices, memberSlice } from './json-text.ts';
import { addText } from './hash-text.ts';
import { parseText } from './parse.ts';
import { MOST_PROBLEMS, moreProblems, type Problem } from './problem.ts';
import { emptied } from './secrets/emptied.ts';
import { shapes } from './shapes/index.ts';
import { isObject, type Loose } from './shapes/shape.ts';
import { shown } from './shown.ts';
import type { Workflow } from './workflow.ts';

export type ReadWorkflow = { readonly workflow: Workflow; readonly problems?: undefined } | { readonly workflow?: undefined; readonly problems: readonly Problem[] };

/** Never throws, whatever the text. */
export function readWorkflow(original: string): ReadWorkflow {
  const text = original.startsWith('\ufeff') ? original.slice(1) : original;
  const parsed = parseText(text);
  if (parsed.refused !== undefined) return refusal(parsed.refused);
  const { value, format } = parsed;
  if (Array.isArray(value)) return refusal('This is a list; a workflow definition is one object with nodes.');
  if (!isObject(value)) return refusal('This is a single value; a workflow definition is one object with nodes.');
  if (!Object.hasOwn(value, 'workflow_definition')) return read({ text, definition: text, value, format, inputs: null });

  const definition = value['workflow_definition'];
  const inputs = value['inputs'] ?? null;
  if (format === 'yaml') return refusal('A workflow_definition wrapper is the body of a request and must be JSON.');
  if (!isObject(definition)) return refusal('This is not a workflow definition: the member must be the definition itself, an object.', 'workflow_definition');
  if (inputs !== null && !isObject(inputs)) return refusal('Inputs are one JSON object, for example {"n": 7}.', 'inputs');
  return read({
    text,
    definition: memberSlice(text, 'workflow_definition') ?? '',
    value: definition,
    format,
    inputs: inputs === null ? null : memberSlice(text, 'inputs'),
  });
}

interface Unwrapped {
  readonly text: string;
  readonly definition: string;
  readonly value: Loose;
  readonly format: 'json' | 'yaml';
  readonly inputs: string | null;
}

function read({ text, definition, value, format, inputs }: Unwrapped): ReadWorkflow {
  if (Object.keys(value).length === 0) return refusal('The definition is empty: {} has no nodes.');
  const shape = shapes.find((s) => s.matches(value));
  if (!shape) return refusal(unknownShape(value));
  const { nodes, connections, problems } = shape.read(value);
  if (problems.length > 0) return { problems: firstOf(problems) };
  if (nodes.length === 0) return refusal('The workflow has no nodes: there is nothing to run.');
  const ids = new Set(nodes.map(({ id }) => id));
  const offered = (inputs === null ? examplesOf(value, definition, format) : [inputs]).flatMap((text) => emptied(text, ids) ?? []);
  return {
    workflow: {
      shape: shape.key,
      format,
      name: nameOf(value),
      nodes: nodes.map(({ id, type }) => ({ id, type })),
      connections,
      effects: effectsOf(shape.key, nodes),
      text,
      definition,
      wrappedInputs: inputs,
      hash: addText(createHash('sha256'), definition).digest('hex'),
      exampleInputs: offered.length > 0 ? offered : proposedInputs(nodes, connections, format === 'json' ? definition : null),
    },
  };
}

function refusal(message: string, path = ''): ReadWorkflow {
  return { problems: [{ path, message }] };
}

function firstOf(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  return [...problems.slice(0, MOST_PROBLEMS), moreProblems(problems.length - MOST_PROBLEMS)];
}

function unknownShape(value: Loose): string {
  if (Object.hasOwn(value, 'nodes')) return 'This is not a workflow definition: its nodes are neither a list nor an object.';
  const members = Object.keys(value).slice(0, 5).map((key) => shown(key, 40)).join(', ');
  return `This is not a workflow definition: it has no nodes, spec.nodes or agents, only ${members}.`;
}

function nameOf(value: Loose): string {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const candidates = [value['name'], metadata['name'], metadata['title'], value['workflow_id'], metadata['id']];
  const name = candidates.map((candidate) => (typeof candidate === 'string' ? shown(candidate) : '')).find((candidate) => candidate !== '');
  return name ?? 'Untitled workflow';
}

/** A Kaizen template's `documentation.example_inputs`, each as its original text. */
function examplesOf(value: Loose, definition: string, format: 'json' | 'yaml'): string[] {
  const documentation = value['documentation'];
  const examples = isObject(documentation) ? documentation['example_inputs'] : undefined;
  if (!Array.isArray(examples)) return [];
  if (format === 'yaml') return examples.filter(isObject).map((example) => JSON.stringify(example));
  const list = memberSlice(memberSlice(definition, 'documentation') ?? '{}', 'example_inputs') ?? '[]';
  return elementSlices(list).filter((_slice, i) => isObject(examples[i]));
}
