/**
 * A Kailash gateway (SDK WorkflowServer, Nexus): workflows by name, sync mode. A body of another shape is not refused, it
 * runs with the default inputs. Asynchronous mode and streams are answered with 501: they are not imitated.
 */
import { json, jsonText } from './answer.ts';
import { AnswerCache } from './answer-cache.ts';
import { BadDemo, readDemo } from './behaviour.ts';
import { isObject } from './definition.ts';
import { execute, type Served, type Shape } from './execution.ts';
import { type Family, type Incoming, invalid, methodNotAllowed, notFound, plain, readJson, withCookie } from './family.ts';
import { builtIn, type Registered, registered } from './gateway-workflows.ts';
import { Threads } from './threads.ts';
import { Workload } from './workload.ts';

const THREADS = 4;
/** A longer string among the inputs of Python code is refused by the real server, with a 500. */
const LONGEST_INPUT = 10_000;

export interface GatewayOptions {
  readonly seed: number;
  /** name -> text of a definition */
  readonly workflows: Readonly<Record<string, string>>;
  readonly cache: boolean;
}

interface Mounted extends Registered {
  readonly workload: Workload;
  readonly threads: Threads;
}

export function gateway({ seed, workflows, cache }: GatewayOptions): Family {
  const all = { ...builtIn, ...Object.fromEntries(Object.entries(workflows).map(([name, text]) => [name, registered(name, text)])) };
  const mounted = new Map<string, Mounted>(
    Object.entries(all).map(([name, workflow]) => [
      name,
      { ...workflow, workload: new Workload(workflow.definition, name, seed), threads: new Threads(workflow.definition.demo.threads ?? THREADS) },
    ]),
  );
  const answers = cache ? new AnswerCache() : null;

  async function run(name: string, workflow: Mounted, incoming: Incoming, value: unknown, signal: AbortSignal): Promise<Served> {
    if (!isObject(value)) return invalid('model_attributes_type', [], 'Input should be a valid dictionary or object to extract fields from');
    const mode = value['mode'] ?? 'sync';
    if (!['sync', 'async', 'stream'].includes(String(mode))) return invalid('literal_error', ['mode'], "Input should be 'sync', 'async' or 'stream'");
    if (mode !== 'sync') return plain(json(501, { detail: `This demo server has no ${mode} mode.` }));
    for (const key of ['inputs', 'parameters']) if (value[key] != null && !isObject(value[key])) return invalid('dict_type', [key], 'Input should be a valid dictionary');
    const inputs = (value['inputs'] ?? value['parameters'] ?? {}) as Readonly<Record<string, unknown>>;
    try {
      const demo = { ...workflow.definition.demo, ...readDemo(inputs['demo']) };
      const draw = workflow.workload.next(demo);
      const outputs = tooLong(inputs) ? null : workflow.outputs(inputs);
      const served = await execute(incoming.entry, { draw, demo, threads: workflow.threads, nodes: workflow.definition.nodes, outputs: outputs ?? {}, shape: shapeOf(name) }, signal);
      if (outputs === null) return { ...served, answer: json(500, { detail: 'Internal server error' }) };
      return withCookie(served, demo.cookie ?? false, incoming);
    } catch (error) {
      if (error instanceof BadDemo) return invalid('value_error', ['inputs', 'demo'], error.message);
      throw error;
    }
  }

  async function post(name: string, workflow: Mounted, incoming: Incoming, signal: AbortSignal): Promise<Served> {
    const body = readJson(incoming);
    const durable = incoming.headers['x-durable']?.toLowerCase() !== 'false';
    if (body.refused) return body.refused;
    if (!answers || !durable) return run(name, workflow, incoming, body.value, signal);
    const key = `${incoming.path}?${incoming.query} ${JSON.stringify(body.value)}`;
    const idempotencyKey = incoming.headers['idempotency-key'];
    if (idempotencyKey !== undefined && answers.conflicts(idempotencyKey, key)) return plain({ status: 500, headers: { 'content-type': 'text/plain' }, body: 'Internal Server Error' });
    const found = answers.find(key);
    if (found) return plain(found);
    const served = await run(name, workflow, incoming, body.value, signal);
    if (served.delivery.how === 'whole') answers.keep(key, served.answer);
    return served;
  }

  function read(path: string): Served {
    if (path === '/health') return plain(json(200, { status: 'healthy', server_type: 'workflow_server', workflows: Object.fromEntries([...mounted.keys()].map((name) => [name, 'healthy'])), mcp_servers: {} }));
    if (path === '/workflows') return plain(json(200, Object.fromEntries([...mounted].map(([name, workflow]) => [name, listed(name, workflow)]))));
    return notFound();
  }

  return {
    nameOf(method, path) {
      if (path === '/health' || path === '/workflows') return `${method} ${path}`;
      const [, name] = splitPath(path);
      if (name === null) return null;
      const rest = path.endsWith('/execute') ? '/execute' : '/*';
      return `${method} /workflows/${mounted.has(name) ? name : '?'}${rest}`;
    },
    async serve(incoming, signal) {
      const { method, path } = incoming;
      if (path === '/health' || path === '/workflows') return method === 'GET' ? read(path) : methodNotAllowed();
      const [rest, name] = splitPath(path);
      const workflow = name === null ? undefined : mounted.get(name);
      if (name === null || !workflow) return notFound();
      if (rest === '') return plain({ status: 307, headers: { location: `${path}/` }, body: '' });
      if (rest === '/health' && method === 'GET') return plain(json(200, { status: 'healthy', workflow: name }));
      if (rest !== '/execute' && rest !== '/') return plain(endpointNotFound(rest));
      return method === 'POST' ? post(name, workflow, incoming, signal) : methodNotAllowed();
    },
  };
}

/** `/workflows/a%20b/execute` -> `/execute`, `a b`; a name of null: another path. */
function splitPath(path: string): [rest: string, name: string | null] {
  const match = /^\/workflows\/([^/]+)(\/.*)?$/.exec(path);
  if (!match?.[1]) return ['', null];
  try {
    return [match[2] ?? '', decodeURIComponent(match[1])];
  } catch {
    return ['', null]; // a broken escape names no workflow
  }
}

function shapeOf(workflowId: string): Shape {
  const body = (outputs: object, seconds: number) =>
    jsonText(200, `{"outputs":${JSON.stringify(outputs)},"execution_time":${seconds.toFixed(4)},"workflow_id":${JSON.stringify(workflowId)},"version":"1.0.0"}`);
  return {
    completed: body,
    failed: (_outputs, seconds, error) => json(200, { status: 'failed', workflow_id: workflowId, result: null, error, execution_time: seconds }),
  };
}

function listed(name: string, { description }: Registered): object {
  const at = `/workflows/${encodeURIComponent(name)}`;
  const endpoints = [`${at}/execute`, `${at}/status`, `${at}/schema`, `${at}/docs`];
  return { type: 'embedded', description, version: '1.0.0', tags: [], endpoints };
}

function endpointNotFound(path: string) {
  return json(404, {
    error: 'Endpoint not found',
    path,
    available_endpoints: ['POST /execute', 'GET /workflow/info', 'GET /health'],
    hint: 'Use POST /execute to run the workflow',
  });
}

function tooLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > LONGEST_INPUT;
  return typeof value === 'object' && value !== null && Object.values(value).some(tooLong);
}
