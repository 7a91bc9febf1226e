/** What a fault puts in the place of the good thing: of what came out of an execution, or of one answer that tells about it. */
import { type Answer, type Delivery, json } from '../wire/answer.ts';
import type { Demo, Fault } from './behaviour.ts';
import type { Execution, Outputs } from './execution.ts';

const WHY = 'failed on purpose: demo';
const OF_EXECUTION: readonly (Fault | null)[] = ['node_failed', 'success_false', 'status_failed', 'lost', 'endless'];

export interface Outcome {
  readonly answer: Answer;
  readonly failed: boolean;
}

/** What came out of an execution that took so long. */
export function outcomeOf({ draw, demo, nodes, outputs, shape }: Execution, seconds: number): Outcome {
  const last = nodes.at(-1)?.id ?? 'node';
  if (outputs === null) return { answer: shape.raised(last, seconds), failed: true };
  const instead = (output: object): Outputs => ({ ...outputs, [last]: output });
  switch (draw.fault) {
    case 'node_failed':
      return { answer: shape.completed(instead({ error: WHY, error_type: 'NodeExecutionError', failed: true }), seconds), failed: true };
    case 'success_false': {
      const output = { response: null, status_code: null, success: false, error: WHY, error_type: 'ConnectionError' };
      return { answer: (shape.reported ?? shape.completed)(instead(output), seconds), failed: true };
    }
    case 'status_failed':
      return { answer: shape.failed(outputs, seconds, WHY), failed: true };
    default:
      return { answer: shape.completed(demo.answerBytes ? instead({ ...outputOf(outputs, last), padding: 'x'.repeat(demo.answerBytes) }) : outputs, seconds), failed: false };
  }
}

function outputOf(outputs: Outputs, node: string): object {
  const output = outputs[node];
  return typeof output === 'object' && output !== null ? output : {};
}

export interface Told {
  readonly answer: Answer;
  readonly delivery: Delivery;
}

/** An answer as it is really given. Faults of executions are none of answers. */
export function told(fault: Fault | null, demo: Demo, answer: Answer): Told {
  const good: Told = { answer, delivery: { how: demo.chunked ? 'chunked' : 'whole' } };
  if (fault === null || OF_EXECUTION.includes(fault)) return good;
  return { ...good, ...instead(fault, demo, answer) };
}

function instead(fault: Fault, demo: Demo, answer: Answer): Partial<Told> {
  switch (fault) {
    case 'status':
      return { answer: withStatus(answer, demo.status ?? 500) };
    case 'cached':
      return { answer: json(200, { data: { content: answer.body }, status_code: 200, headers: {}, cached: true, cache_age_seconds: 0.0013 }) };
    case 'not_json':
      return { answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' } };
    case 'empty':
      return { answer: { status: 200, headers: {}, body: '' } };
    case 'redirect':
      return { answer: { status: demo.status ?? 307, headers: { location: demo.location ?? '/moved' }, body: '' } };
    case 'trickle':
      return { delivery: { how: 'trickle', forMs: demo.trickleMs ?? 60_000 } };
    case 'never':
    case 'reset':
    case 'reset_warm':
    case 'half':
      return { delivery: { how: fault } };
    default:
      return {};
  }
}

function withStatus(answer: Answer, status: number): Answer {
  if (status === 204 || status === 205) return { status, headers: {}, body: '' };
  if (status < 300) return { ...answer, status };
  return json(status, { detail: status >= 500 ? 'Internal server error' : WHY });
}
