/** Every path that a problem of the server may have, looked up where they come from: the plan's schema, and the sources that name one. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { testPlan } from '../../server/script/plan.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** Of all that a plan can hold, lists and members alike. */
function pathsIn(schema: Schema, at = ''): string[] {
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => pathsIn(member as Schema, at === '' ? name : `${at}.${name}`));
  const items = schema.items ? [0, 40].flatMap((i) => pathsIn(schema.items as Schema, `${at}[${i}]`)) : [];
  return [at, ...members, ...items];
}

const root = path.resolve(import.meta.dirname, '../..');
const sources = ['server', 'templates'].flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => path.join(root, folder, name)));

/** `{ path: 'target.preset', message }`; what is computed in one is a number here. */
function pathsNamed(): string[] {
  return sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bpath: (?:'([^']*)'|`([^`]*)`).*\bmessage\b/g)].map(([, plain, computed = '']) => plain ?? computed.replace(/\$\{[^{}]*(\}|$)/g, '0')));
}

/** Of definitions: their nodes are lists or named, and their connections have three names. */
const OF_DEFINITIONS = ['nodes[3]', 'nodes[3].id', 'nodes.read orders.node_type', 'edges', 'edges[0]', 'edges[0].cycle', 'connections[2].condition', 'metadata._workflow_inputs', 'spec.nodes', 'agents', 'workflow', 'workflow.id'];
/** Of the rest of an input, and from inside of a text. */
const OTHERS = ['name', 'framework', 'place', 'cloud.shards', 'cloud.region', 'environment.LOAD_TEST_TOKEN', 'environment.SECRET_OF_A_NODE', 'inputs.fixed: user.id', 'inputs.dataset.text: row 2', 'target.body: a.b', 'plan.load', 'input.plan.target.baseUrl'];

export const problemPaths: readonly string[] = [...new Set([...pathsIn(z.toJSONSchema(testPlan, { unrepresentable: 'any' }) as Schema), ...pathsNamed(), ...OF_DEFINITIONS, ...OTHERS])];
