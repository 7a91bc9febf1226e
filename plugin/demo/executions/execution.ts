/** One execution on the demo target: wait for a thread, take the time, then what came out of it. The same for all families of servers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '../ledger/entry.ts';
import type { Answer, Delivery } from '../wire/answer.ts';
import { BadDemo, type Demo } from './behaviour.ts';
import type { DemoNode } from './definition.ts';
import { outcomeOf, told } from './fault.ts';
import type { Threads } from './threads.ts';
import type { Draw } from './workload.ts';

export interface Outputs {
  readonly [node: string]: unknown;
}

/** What a family of servers answers; the family decides the shape. */
export interface Shape {
  completed(outputs: Outputs, seconds: number): Answer;
  failed(outputs: Outputs, seconds: number, reason: string): Answer;
  /** This node raised an exception. */
  raised(node: string, seconds: number): Answer;
  /** A node reported `success: false`; without it the same as `completed`. */
  reported?(outputs: Outputs, seconds: number): Answer;
}

export interface Execution {
  readonly draw: Draw;
  readonly demo: Demo;
  readonly threads: Threads | null;
  readonly nodes: readonly DemoNode[];
  /** null: a node raises. */
  readonly outputs: Outputs | null;
  readonly shape: Shape;
}

export interface Served {
  readonly answer: Answer;
  readonly delivery: Delivery;
  /** Frees the thread, when the answer has been delivered. */
  release(): void;
}

/** The request waits for the end of its execution. */
export async function execute(entry: Entry, execution: Execution, signal: AbortSignal): Promise<Served> {
  const { draw, demo } = execution;
  if (draw.fault === 'lost' || draw.fault === 'endless') throw new BadDemo(`demo.fault: ${draw.fault} is for asynchronous executions`);
  entry.executes(draw.delayMs);
  const release = await execution.threads?.take();
  entry.request.queuedMs = performance.now() - entry.arrived;
  await takeTime(execution, signal);
  const { answer } = outcomeOf(execution, (performance.now() - entry.arrived) / 1000);
  return { ...told(draw.fault, demo, answer), release: () => release?.() };
}

/** A workflow that was started runs to its end, also when the client has left: the thread stays taken, as on the real server. */
export async function takeTime({ draw }: Execution, signal: AbortSignal): Promise<void> {
  if (draw.delayMs > 0) await sleep(draw.delayMs, undefined, { signal });
}
