/** Studio: `POST /api/workflow/execute` runs the definition in the body, raw or as `{workflow_definition, inputs}`. */
import { createHash } from 'node:crypto';
import { BadDemo, type Demo, readDemo } from './behaviour.ts';
import { type DemoDefinition, isObject, readDefinition } from './definition.ts';
import { execute, type Shape } from './execution.ts';
import { type Family, type Incoming, invalid, methodNotAllowed, notFound, readJson, withCookie } from './family.ts';
import { jsonText } from './answer.ts';
import { Recent } from './recent.ts';
import { Threads } from './threads.ts';
import { Workload } from './workload.ts';

const PATH = '/api/workflow/execute';

interface Known {
  readonly definition: DemoDefinition;
  readonly demo: Demo;
  readonly workload: Workload;
  readonly threads: Threads | null;
}

export function studio(seed: number): Family {
  /** By body: parsing 10 MB for each request would be a load of its own. */
  const known = new Recent<Known | ReturnType<typeof invalid>>(200);
  const workloads = new Recent<{ readonly workload: Workload; readonly threads: Threads | null }>(1000);

  function read(incoming: Incoming): Known | ReturnType<typeof invalid> {
    const body = readJson(incoming);
    if (body.refused) return body.refused;
    const wrapped = isObject(body.value) && 'workflow_definition' in body.value ? body.value : null;
    const value = wrapped ? wrapped['workflow_definition'] : body.value;
    const inputs = wrapped?.['inputs'] ?? {};
    if (!isObject(inputs)) return invalid('dict_type', ['inputs'], 'Input should be a valid dictionary');
    try {
      const definition = readDefinition(value);
      if (definition === null) return invalid('missing', ['nodes'], 'Field required');
      const key = createHash('sha256').update(JSON.stringify(value)).digest('hex');
      const { threads: most } = definition.demo;
      const shared = workloads.get(key, () => ({ workload: new Workload(definition, key, seed), threads: most === undefined ? null : new Threads(most) }));
      return { definition, demo: { ...definition.demo, ...readDemo(inputs['demo']) }, ...shared };
    } catch (error) {
      if (error instanceof BadDemo) return invalid('value_error', ['demo'], error.message);
      throw error;
    }
  }

  return {
    nameOf: (method, path) => (path === PATH ? `${method} ${PATH}` : null),
    async serve(incoming, signal) {
      if (incoming.path !== PATH) return notFound();
      if (incoming.method !== 'POST') return methodNotAllowed();
      const request = known.get(`${incoming.sha256} ${incoming.headers['content-type']}`, () => read(incoming));
      if (!('definition' in request)) return request;
      const { definition, demo, workload, threads } = request;
      const outputs = Object.fromEntries(definition.nodes.map((node) => [node.id, { result: { ok: true } }]));
      const served = await execute(incoming.entry, { draw: workload.next(demo), demo, threads, nodes: definition.nodes, outputs, shape: shapeOf(incoming) }, signal);
      return withCookie(served, demo.cookie ?? false, incoming);
    },
  };
}

/** `results` and `run_id` as Studio's own documents say, and `outputs` as Kailash servers do. */
function shapeOf({ entry }: Incoming): Shape {
  const runId = `run_${Math.round(entry.request.arrivedAt * 1000).toString(36)}_${entry.request.connection}`;
  const body = (status: string, outputs: object, seconds: number, error?: string) => {
    const results = JSON.stringify(outputs);
    const tail = error === undefined ? '' : `,"error":${JSON.stringify({ message: error })}`;
    return jsonText(200, `{"run_id":"${runId}","status":"${status}","results":${results},"outputs":${results},"execution_time":${seconds.toFixed(4)}${tail}}`, {
      'x-execution-time': seconds.toFixed(4),
    });
  };
  return {
    completed: (outputs, seconds) => body('completed', outputs, seconds),
    failed: (outputs, seconds, reason) => body('failed', outputs, seconds, reason),
  };
}
