/** The answers of a Kailash gateway about one workflow. */
import type { Shape } from '../executions/execution.ts';
import { type Answer, json, jsonText } from '../wire/answer.ts';

const VERSION = '1.0.0';
const failure = json(500, { detail: 'Internal server error' });

/** Of an execution that its request waits for. */
export function syncShape(workflow: string): Shape {
  return {
    completed: (outputs, seconds) => jsonText(200, resultText(workflow, outputs, seconds)),
    failed: (_outputs, seconds, error) => json(200, { status: 'failed', workflow_id: workflow, result: null, error, execution_time: seconds }),
    raised: () => failure,
  };
}

/** Of an execution that is polled, once it is over. */
export function asyncShape(workflow: string): Shape {
  const failed = statusAnswer(workflow, 'failed', ',"error":"Execution failed"');
  return {
    completed: (outputs, seconds) => statusAnswer(workflow, 'completed', `,"result":${resultText(workflow, outputs, seconds)}`),
    failed: () => failed,
    raised: () => failed,
  };
}

export const running = (workflow: string): Answer => statusAnswer(workflow, 'running');

/** The path it names is not where it is asked: so the real one answers. */
export function accepted(id: string): Answer {
  return json(200, { execution_id: id, status: 'pending', message: `Execution started. Check status at /status/${id}` });
}

export function endpointNotFound(path: string): Answer {
  return json(404, {
    error: 'Endpoint not found',
    path,
    message: 'The requested endpoint does not exist for this workflow.',
    available_endpoints: [
      { method: 'POST', path: '/execute', description: 'Execute the workflow with input parameters' },
      { method: 'GET', path: '/workflow/info', description: 'Get workflow metadata and structure' },
      { method: 'GET', path: '/health', description: 'Check workflow API health status' },
    ],
    hint: "Most common: POST to /execute endpoint with JSON body containing 'inputs' field",
    documentation: '/docs',
  });
}

function statusAnswer(workflow: string, status: string, more = ''): Answer {
  return jsonText(200, `{"status":"${status}","workflow_id":${JSON.stringify(workflow)},"version":"${VERSION}"${more}}`);
}

function resultText(workflow: string, outputs: object, seconds: number): string {
  return `{"outputs":${JSON.stringify(outputs)},"execution_time":${seconds.toFixed(4)},"workflow_id":${JSON.stringify(workflow)},"version":"${VERSION}"}`;
}
