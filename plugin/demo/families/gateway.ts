/**
 * A Kailash gateway (SDK WorkflowServer, Nexus): workflows by name, executed while the request waits or asynchronously and
 * polled. A body of another shape is not refused, it runs with the default inputs. Streams are answered with 501.
 */
import { randomUUID } from 'node:crypto';
import { execute, type Served } from '../executions/execution.ts';
import { OngoingExecutions } from '../executions/ongoing.ts';
import { type Registered, registered } from '../executions/registered.ts';
import { executionOf, type Inputs } from '../executions/runnable.ts';
import { json } from '../wire/answer.ts';
import { AnswerCache } from './answer-cache.ts';
import { type Field, readFields } from './body.ts';
import { type Family, type Incoming, methodNotAllowed, notFound, notImitated, plain, withCookie } from './family.ts';
import { accepted, asyncShape, endpointNotFound, running, syncShape } from './gateway-answers.ts';

const THREADS = 4;
const BODY: readonly Field[] = [
  { name: 'inputs', kind: 'dict', orNull: true },
  { name: 'parameters', kind: 'dict', orNull: true },
  { name: 'config', kind: 'dict', orNull: true },
  { name: 'mode', kind: ['sync', 'async', 'stream'] },
];

export interface GatewayOptions {
  readonly seed: number;
  /** name -> text of a definition */
  readonly workflows: Readonly<Record<string, string>>;
  readonly cache: boolean;
}

export function gateway({ seed, workflows, cache }: GatewayOptions): Family {
  const mounted = registered({ seed, workflows, threads: THREADS });
  const ongoing = new OngoingExecutions();
  const answers = cache ? new AnswerCache() : null;

  async function run(name: string, workflow: Registered, incoming: Incoming, body: Inputs, signal: AbortSignal): Promise<Served> {
    const mode = body['mode'] ?? 'sync';
    if (mode === 'stream') return notImitated('stream mode');
    const inputs = (body['inputs'] ?? body['parameters'] ?? {}) as Inputs;
    const execution = executionOf(workflow, inputs, mode === 'async' ? asyncShape(name) : syncShape(name));
    if (mode === 'sync') return withCookie(await execute(incoming.entry, execution, signal), execution.demo.cookie ?? false, incoming);
    const id = randomUUID();
    const begun = ongoing.begin(incoming.entry, execution, { id, workflow: name, owner: name }, signal);
    return withCookie(begun.accepted(accepted(id)), execution.demo.cookie ?? false, incoming);
  }

  /** Through the cache, where there is one. */
  async function post(name: string, workflow: Registered, incoming: Incoming, signal: AbortSignal): Promise<Served> {
    const body = readFields(incoming, BODY);
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

  function poll(name: string, id: string, incoming: Incoming): Served {
    const found = ongoing.find(id, name);
    return found ? found.polled(incoming.entry, running(name)) : plain(endpointNotFound(incoming.path));
  }

  function read(path: string): Served {
    if (path === '/health') return plain(json(200, { status: 'healthy', server_type: 'workflow_server', workflows: Object.fromEntries([...mounted.keys()].map((name) => [name, 'healthy'])), mcp_servers: {} }));
    return plain(json(200, Object.fromEntries([...mounted].map(([name, workflow]) => [name, listed(name, workflow)]))));
  }

  return {
    nameOf(method, path) {
      if (path === '/health' || path === '/workflows') return `${method} ${path}`;
      const [rest, name] = splitPath(path);
      if (name === null) return null;
      const known = rest === '/execute' ? '/execute' : statusOf(rest) === null ? '/*' : '/status';
      return `${method} /workflows/${mounted.has(name) ? name : '?'}${known}`;
    },
    async serve(incoming, signal) {
      const { method, path } = incoming;
      if (path === '/health' || path === '/workflows') return method === 'GET' ? read(path) : methodNotAllowed('GET');
      const [rest, name] = splitPath(path);
      const workflow = name === null ? undefined : mounted.get(name);
      if (name === null || !workflow) return notFound();
      if (rest === '') return plain({ status: 307, headers: { location: `${path}/` }, body: '' });
      if (rest === '/health' && method === 'GET') return plain(json(200, { status: 'healthy', workflow: name }));
      const id = statusOf(rest);
      if (id !== null) return method === 'GET' ? poll(name, id, incoming) : methodNotAllowed('GET');
      if (rest !== '/execute' && rest !== '/') return plain(endpointNotFound(path));
      return method === 'POST' ? post(name, workflow, incoming, signal) : methodNotAllowed('POST');
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

/** The id that is asked for; null: another path. */
const statusOf = (rest: string): string | null => /^\/status\/([^/]+)$/.exec(rest)?.[1] ?? null;

function listed(name: string, { description }: Registered): object {
  const at = `/workflows/${encodeURIComponent(name)}`;
  const endpoints = [`${at}/execute`, `${at}/status`, `${at}/schema`, `${at}/docs`];
  return { type: 'embedded', description, version: '1.0.0', tags: [], endpoints };
}
