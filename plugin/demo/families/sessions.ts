/**
 * The middleware's APIGateway: a session, a workflow created in it (or one that is registered for all), an execution, and
 * polls. Its one event loop, which a blocking node stalls for everybody, is not imitated; `demo.threads` gives a queue.
 */
import { randomUUID } from 'node:crypto';
import { Definitions } from '../executions/definitions.ts';
import { isObject } from '../executions/definition.ts';
import type { Served } from '../executions/execution.ts';
import { OngoingExecutions } from '../executions/ongoing.ts';
import { registered } from '../executions/registered.ts';
import { executionOf, type Inputs, type Runnable } from '../executions/runnable.ts';
import { Workload } from '../executions/workload.ts';
import { type Field, missingQuery, readFields } from './body.ts';
import { type Family, type Incoming, methodNotAllowed, notFound, notImitated, plain, withCookie } from './family.ts';
import { Session } from './session.ts';
import { internalError, type Polled, pollShape, runningAnswer, sessionAnswer, startedAnswer, workflowAnswer } from './session-answers.ts';

const SESSION: readonly Field[] = [{ name: 'user_id', kind: 'text', orNull: true }, { name: 'metadata', kind: 'dict' }];
const WORKFLOW: readonly Field[] = [
  { name: 'name', kind: 'text', required: true },
  { name: 'description', kind: 'text', orNull: true },
  { name: 'nodes', kind: 'dicts' },
  { name: 'connections', kind: 'dicts' },
  { name: 'metadata', kind: 'dict' },
];
const EXECUTION: readonly Field[] = [{ name: 'workflow_id', kind: 'text', required: true }, { name: 'inputs', kind: 'dict' }, { name: 'config_overrides', kind: 'dict' }];

const PATH = /^\/api\/(?:(sessions|workflows|executions)|executions\/([^/]+))$/;

export interface SessionsOptions {
  readonly seed: number;
  /** name -> text of a definition: registered for all, the name is the id. */
  readonly workflows: Readonly<Record<string, string>>;
}

export function sessions({ seed, workflows }: SessionsOptions): Family {
  const shared = registered({ seed, workflows, threads: null });
  const definitions = new Definitions(seed);
  const ongoing = new OngoingExecutions();
  const known = new Map<string, Session>();

  /** With credentials, an unknown session (or somebody else's) is not found; an open server breaks on it. */
  function sessionOf(incoming: Incoming): Session | Served {
    const session = known.get(new URLSearchParams(incoming.query).get('session_id') ?? '');
    if (incoming.user !== null && session?.user !== incoming.user) return notFound('Session not found');
    return session ?? plain(internalError());
  }

  function createSession(incoming: Incoming): Served {
    const body = readFields(incoming, SESSION);
    if (body.refused) return body.refused;
    const session = new Session(incoming.user ?? (typeof body.value['user_id'] === 'string' ? body.value['user_id'] : ''));
    known.set(session.id, session);
    return plain(sessionAnswer(session));
  }

  function createWorkflow(incoming: Incoming): Served {
    const body = readFields(incoming, WORKFLOW, ['session_id']);
    if (body.refused) return body.refused;
    const session = sessionOf(incoming);
    if (!(session instanceof Session)) return session;
    const runnable = canBeBuilt(body.value) ? (definitions.runnable(body.value) ?? empty(seed)) : null;
    return plain(runnable ? workflowAnswer(session.create(String(body.value['name']), runnable), session) : internalError());
  }

  function begin(incoming: Incoming, signal: AbortSignal): Served {
    const body = readFields(incoming, EXECUTION, ['session_id']);
    if (body.refused) return body.refused;
    const session = sessionOf(incoming);
    if (!(session instanceof Session)) return session;
    const id = String(body.value['workflow_id']);
    const created = session.workflow(id);
    const runnable = created?.runnable ?? shared.get(id);
    if (!runnable) return plain(internalError());
    const polled: Polled = { id: randomUUID(), createdAt: incoming.entry.request.arrivedAt };
    const execution = executionOf(runnable, (body.value['inputs'] ?? {}) as Inputs, pollShape(polled));
    const begun = ongoing.begin(incoming.entry, execution, { id: polled.id, workflow: created?.name ?? id, owner: session.id }, signal);
    return withCookie(begun.accepted(startedAnswer(polled, id)), execution.demo.cookie ?? false, incoming);
  }

  function poll(id: string, incoming: Incoming): Served {
    const refused = missingQuery(incoming, 'session_id');
    if (refused) return refused;
    const session = sessionOf(incoming);
    if (!(session instanceof Session) && incoming.user !== null) return session;
    const found = session instanceof Session ? ongoing.find(id, session.id) : undefined;
    return found ? found.polled(incoming.entry, runningAnswer({ id, createdAt: found.createdAt })) : notFound('Execution not found');
  }

  return {
    nameOf(method, path) {
      const match = PATH.exec(path);
      return match && `${method} /api/${match[1] ?? 'executions/{id}'}`;
    },
    async serve(incoming, signal) {
      const { method, path } = incoming;
      const [, noun, id] = PATH.exec(path) ?? [];
      if (id !== undefined) return method === 'GET' ? poll(id, incoming) : methodNotAllowed('GET');
      if (method === 'GET') return notImitated('lists');
      if (method !== 'POST') return methodNotAllowed('POST');
      if (noun === 'sessions') return createSession(incoming);
      if (noun === 'workflows') return createWorkflow(incoming);
      return begin(incoming, signal);
    },
  };
}

/** Every node has a type and an id of its own; every connection leads from one of them to another, by the keys that the builder knows. */
function canBeBuilt({ nodes = [], connections = [] }: Readonly<Record<string, unknown>>): boolean {
  const list = (nodes as readonly unknown[]).filter(isObject);
  const ids = new Set(list.map((node) => node['id']));
  return (
    ids.size === list.length &&
    list.every((node) => typeof node['id'] === 'string' && typeof node['type'] === 'string') &&
    (connections as readonly unknown[]).filter(isObject).every((link) => ids.has(link['from_node'] ?? link['from']) && ids.has(link['to_node'] ?? link['to']))
  );
}

/** A definition without nodes can be created and executed; it answers nothing. */
function empty(seed: number): Runnable {
  const definition = { nodes: [], links: [], demo: {} };
  return { definition, workload: new Workload(definition, 'empty', seed), threads: null, outputs: () => ({}) };
}
