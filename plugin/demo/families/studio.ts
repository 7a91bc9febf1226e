/** Studio: `POST /api/workflow/execute` runs the definition in the body, raw or as `{workflow_definition, inputs}`. */
import { Definitions } from '../executions/definitions.ts';
import { isObject } from '../executions/definition.ts';
import { execute, type Served, type Shape } from '../executions/execution.ts';
import { Recent } from '../executions/recent.ts';
import { executionOf, type Inputs, type Runnable } from '../executions/runnable.ts';
import { jsonText } from '../wire/answer.ts';
import { invalid, readJson } from './body.ts';
import { type Family, type Incoming, methodNotAllowed, notFound, withCookie } from './family.ts';

const PATH = '/api/workflow/execute';

interface Request {
  readonly runnable: Runnable;
  readonly inputs: Inputs;
}

export function studio(seed: number): Family {
  /** By body: parsing 10 MB for each request would be a load of its own. */
  const known = new Recent<Request | Served>(200);
  const definitions = new Definitions(seed);

  function read(incoming: Incoming): Request | Served {
    const body = readJson(incoming);
    if (body.refused) return invalid(body.refused);
    const wrapped = isObject(body.value) && 'workflow_definition' in body.value ? body.value : null;
    const inputs = wrapped?.['inputs'] ?? {};
    if (!isObject(inputs)) return invalid({ type: 'dict_type', loc: ['body', 'inputs'], msg: 'Input should be a valid dictionary', input: inputs });
    const runnable = definitions.runnable(wrapped ? wrapped['workflow_definition'] : body.value);
    return runnable ? { runnable, inputs } : invalid({ type: 'missing', loc: ['body', 'nodes'], msg: 'Field required', input: body.value });
  }

  return {
    nameOf: (method, path) => (path === PATH ? `${method} ${PATH}` : null),
    async serve(incoming, signal) {
      if (incoming.path !== PATH) return notFound();
      if (incoming.method !== 'POST') return methodNotAllowed('POST');
      const request = known.get(`${incoming.sha256} ${incoming.headers['content-type']}`, () => read(incoming));
      if (!('runnable' in request)) return request;
      const execution = executionOf(request.runnable, request.inputs, shapeOf(incoming));
      return withCookie(await execute(incoming.entry, execution, signal), execution.demo.cookie ?? false, incoming);
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
    raised: (node, seconds) => body('failed', {}, seconds, `Node '${node}' failed`),
  };
}
