/** What Cloud Run tells of a task, as the state of a shard and a sentence. Pure. */
import type { Seen } from '../cloud.ts';
import type { Execution, Task } from './api.ts';

type Condition = NonNullable<Task['conditions']>[number];

/** @param memory that each task may have */
export function stateOf(task: Task, memory: string): Seen {
  const completed = task.conditions?.find(({ type }) => type === 'Completed');
  if (completed?.state === 'CONDITION_SUCCEEDED') return { state: 'succeeded', reason: null };
  if (completed?.state === 'CONDITION_FAILED' || task.completionTime) return ended(task, completed, memory);
  return task.startTime ? { state: 'running', reason: null } : { state: 'pending', reason: waitsFor(task.conditions) };
}

/** Of a shard of which there is no task yet; or there never will be. */
export function stateWithoutTask(execution: Execution): Seen {
  const reason = waitsFor(execution.conditions);
  if (!execution.completionTime) return { state: 'pending', reason };
  return execution.cancelledCount || isCancelled(execution.conditions) ? { state: 'stopped', reason: 'It was cancelled before it began.' } : { state: 'failed', reason: reason ?? 'Its execution ended before it began.' };
}

export const DELETED: Seen = { state: 'failed', reason: 'Its execution is not there any more: somebody deleted it.' };

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
