/** The answers of a sessions server. Python writes whole floats with a point, and times with microseconds. */
import { randomBytes } from 'node:crypto';
import type { Shape } from '../executions/execution.ts';
import { type Answer, json, jsonText } from '../wire/answer.ts';
import type { Created, Session } from './session.ts';

const FAILED = 'Unified enterprise workflow execution failed: WorkflowExecutionError:';

export function sessionAnswer({ id, user, createdAt }: Session): Answer {
  return json(200, { session_id: id, user_id: user, created_at: `${timeText(createdAt)}Z`, active: true });
}

export function workflowAnswer({ id, name }: Created, session: Session): Answer {
  return json(200, { workflow_id: id, name, session_id: session.id, created_at: `${timeText(Date.now())}+00:00` });
}

export interface Polled {
  readonly id: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

export function startedAnswer({ id, createdAt }: Polled, workflowId: string): Answer {
  return jsonText(200, `{"execution_id":"${id}","workflow_id":${JSON.stringify(workflowId)},"status":"started","created_at":"${timeText(createdAt)}Z","progress":0.0}`);
}

export function runningAnswer(polled: Polled): Answer {
  return executionAnswer(polled, 'running', {}, null);
}

/** It tells nothing but where to look in the server's log. */
export function internalError(): Answer {
  return json(500, { detail: `Internal server error (reference: ${randomBytes(6).toString('hex')})` });
}

/** `completed` is said also of an execution whose last node raised. A node that reports failure ends it as `failed`. */
export function pollShape(polled: Polled): Shape {
  const answer = (status: 'completed' | 'failed', outputs: object, error: string | null) => executionAnswer(polled, status, outputs, error);
  return {
    completed: (outputs) => answer('completed', outputs, null),
    failed: (_outputs, _seconds, reason) => answer('failed', {}, `${FAILED} ${reason}`),
    raised: (node) => answer('completed', { [node]: { error: 'Code execution failed: failed on purpose: demo\n', error_type: 'NodeExecutionError', failed: true, _exception: {} } }, null),
    reported: (outputs) => {
      const node = Object.keys(outputs).at(-1);
      return answer('failed', {}, `${FAILED} Content-aware failure in node '${node}': Node '${node}' reported failure: failed on purpose: demo`);
    },
  };
}

function executionAnswer({ id, createdAt }: Polled, status: 'running' | 'completed' | 'failed', outputs: object, error: string | null): Answer {
  const progress = status === 'completed' ? '100.0' : '0.0';
  return jsonText(200, `{"execution_id":"${id}","status":"${status}","progress":${progress},"created_at":"${timeText(createdAt)}+00:00","outputs":${JSON.stringify(outputs)},"error":${JSON.stringify(error)}}`);
}

/** @param at epoch ms, may have a fraction */
function timeText(at: number): string {
  const micros = String(Math.floor((at % 1) * 1000)).padStart(3, '0');
  return new Date(at).toISOString().replace('Z', micros);
}
