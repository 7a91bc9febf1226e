/** One execution on the demo target: wait for a thread, take the time, answer or fail as asked. The same for Studio and gateway. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Delivery, json } from './answer.ts';
import type { Demo, Fault } from './behaviour.ts';
import type { DemoNode } from './definition.ts';
import type { Entry } from './ledger.ts';
import type { Threads } from './threads.ts';
import type { Draw } from './workload.ts';

export interface Outputs {
  readonly [node: string]: unknown;
}

/** What a family of servers answers; the family decides the shape. */
export interface Shape {
  completed(outputs: Outputs, seconds: number): Answer;
  failed(outputs: Outputs, seconds: number, reason: string): Answer;
}

export interface Execution {
  readonly draw: Draw;
  readonly demo: Demo;
  readonly threads: Threads | null;
  readonly nodes: readonly DemoNode[];
  readonly outputs: Outputs;
  readonly shape: Shape;
}

export interface Served {
  readonly answer: Answer;
  readonly delivery: Delivery;
  /** Frees the thread, when the answer has been delivered. */
  release(): void;
}

const NOTHING = (): void => undefined;

export async function execute(entry: Entry, execution: Execution, signal: AbortSignal): Promise<Served> {
  const { draw, threads } = execution;
  entry.request.intendedDelayMs = draw.delayMs;
  const release = threads === null ? NOTHING : await threads.take();
  entry.request.queuedMs = performance.now() - entry.arrived;
  // A workflow that was started runs to its end, also when the client has left: the thread stays taken, as on the real server.
  if (draw.delayMs > 0) await sleep(draw.delayMs, undefined, { signal });
  const seconds = (performance.now() - entry.arrived) / 1000;
  const faulty = draw.fault === null ? null : answerFor(draw.fault, execution, seconds);
  return { answer: execution.shape.completed(execution.outputs, seconds), delivery: { how: 'whole' }, ...faulty, release };
}

/** The answer or the delivery (or both) that a fault puts in the place of the good one. */
function answerFor(fault: Fault, { demo, nodes, outputs, shape }: Execution, seconds: number): Partial<Served> {
  const last = nodes.at(-1)?.id ?? 'node';
  const error = 'failed on purpose: demo';
  switch (fault) {
    case 'status':
      return { answer: json(demo.status ?? 500, { detail: (demo.status ?? 500) >= 500 ? 'Internal server error' : error }) };
    case 'node_failed':
      return { answer: shape.completed({ ...outputs, [last]: { error, error_type: 'NodeExecutionError', failed: true } }, seconds) };
    case 'success_false':
      return { answer: shape.completed({ ...outputs, [last]: { response: null, status_code: null, success: false, error, error_type: 'ConnectionError' } }, seconds) };
    case 'status_failed':
      return { answer: shape.failed(outputs, seconds, error) };
    case 'cached': {
      const first = shape.completed(outputs, seconds);
      return { answer: json(200, { data: { content: first.body }, status_code: 200, headers: {}, cached: true, cache_age_seconds: 0.0013 }) };
    }
    case 'not_json':
      return { answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' } };
    case 'empty':
      return { answer: { status: 200, headers: {}, body: '' } };
    case 'redirect':
      return { answer: { status: 307, headers: { location: '/moved' }, body: '' } };
    case 'trickle':
      return { delivery: { how: 'trickle', forMs: demo.trickleMs ?? 60_000 } };
    case 'never':
    case 'reset':
    case 'half':
      return { delivery: { how: fault } };
  }
}
