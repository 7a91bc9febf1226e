/** What Cloud Run tells of a job and of its tasks: why it cannot be run, and the state of a shard. Pure. */
import type { Seen } from '../cloud.ts';
import { whole } from '../whole.ts';
import type { Execution, Job, Task } from './api.ts';

type Condition = NonNullable<Task['conditions']>[number];

/** Its image is not to be had, a secret, an account; null: it can be run. */
export function whyNotRun(job: Job | null): string | null {
  if (!job) return 'Google Cloud Run took the order, and then its job was gone.';
  const { state, message, reason } = job.terminalCondition ?? {};
  return state === 'CONDITION_FAILED' ? `Google Cloud Run cannot run it: ${whole(message ?? reason ?? 'it does not say why')}` : null;
}

/** @param task of the shard, where there is one yet @param memory that each task may have */
export function stateOf(task: Task | undefined, execution: Execution, memory: string): Seen {
  const completed = task?.conditions?.find(({ type }) => type === 'Completed');
  if (completed?.state === 'CONDITION_SUCCEEDED') return { state: 'succeeded', reason: null };
  if (task && (completed?.state === 'CONDITION_FAILED' || task.completionTime)) return ended(task, completed, memory);
  // What had not begun, or ended, when all was over never will.
  if (execution.completionTime) return neverEnded(execution);
  return task?.startTime ? { state: 'running', reason: null } : { state: 'pending', reason: waitsFor((task ?? execution).conditions) };
}

export const DELETED: Seen = { state: 'failed', reason: 'Its execution is not there any more: somebody deleted it.' };

function neverEnded({ conditions, cancelledCount }: Execution): Seen {
  if (cancelledCount || isCancelled(conditions)) return { state: 'stopped', reason: 'It was cancelled before it began.' };
  return failed(waitsFor(conditions) ?? 'Its execution ended before it began.');
}

function ended({ conditions, lastAttemptResult: attempt }: Task, completed: Condition | undefined, memory: string): Seen {
  const message = completed?.message || attempt?.status?.message || null;
  if (isCancelled(conditions)) return { state: 'stopped', reason: 'It was cancelled.' };
  if (message && /memory/i.test(message)) return failed(`It needed more memory than ${memory}, which LOAD_TESTING_GCP_MEMORY gives each shard: ${message}`);
  if (message && /timeout/i.test(message)) return failed(`It was still there at its deadline: ${message}`);
  if (attempt?.exitCode) return failed(`It ended with exit code ${attempt.exitCode}.`);
  if (attempt?.termSignal) return failed(`It was ended by signal ${attempt.termSignal}.${message ? ` ${message}` : ''}`);
  return failed(message ?? 'It ended, and Cloud Run does not say why.');
}

const failed = (reason: string): Seen => ({ state: 'failed', reason });

const isCancelled = (conditions: readonly Condition[] | null | undefined): boolean => conditions?.some(({ executionReason, state }) => state === 'CONDITION_FAILED' && (executionReason === 'CANCELLED' || executionReason === 'CANCELLING')) ?? false;

/** What the engine says of that which is not there yet, or will never be. */
function waitsFor(conditions: readonly Condition[] | null | undefined): string | null {
  return conditions?.find(({ state, message }) => message && state !== 'CONDITION_SUCCEEDED')?.message ?? null;
}
