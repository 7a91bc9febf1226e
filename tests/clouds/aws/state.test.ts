/** How a task ended, in words for the user. */
import type { Task } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { seenOf } from '../../../server/clouds/aws/state.ts';

const ended = (exitCode: number | undefined, more: Partial<Task> = {}, reason?: string): Task => ({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited', ...more, containers: [{ exitCode, reason }] });

for (const [what, task, state, reason] of [
  ['waits for its network', { lastStatus: 'PROVISIONING' }, 'pending', 'AWS makes its network interface.'],
  ['waits for its image', { lastStatus: 'PENDING' }, 'pending', 'AWS finds a machine for it and pulls its image.'],
  ['runs', { lastStatus: 'RUNNING', containers: [{}] }, 'running', null],
  ['has come to its end, though its network is not taken away yet', ended(0, { lastStatus: 'DEPROVISIONING' }), 'succeeded', null],
  ['was stopped, and came to its end all the same', ended(0, { stopCode: 'UserInitiated' }), 'succeeded', null],
  ['was stopped', ended(143, { stopCode: 'UserInitiated', stoppedReason: 'Stopped by somebody' }), 'stopped', 'It ended with exit code 143. AWS says: Stopped by somebody.'],
  ['failed', ended(1), 'failed', 'It ended with exit code 1. AWS says: Essential container in task exited.'],
  ['was killed', ended(137), 'failed', 'It ended with exit code 137 (killed). AWS says: Essential container in task exited.'],
  ['ran out of memory', ended(137, {}, 'OutOfMemoryError: Container killed due to memory usage'), 'failed', 'It ran out of memory: set LOAD_TESTING_AWS_MEMORY higher, or use more shards. AWS says: OutOfMemoryError: Container killed due to memory usage.'],
  ['lost its machine', ended(undefined, { stopCode: 'TerminationNotice', stoppedReason: 'Fargate retires it' }), 'failed', 'AWS took the machine it ran on away. AWS says: Fargate retires it.'],
  ['lost a spot machine', ended(143, { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' }), 'failed', 'AWS took the machine it ran on away. AWS says: Your Spot Task was interrupted.'],
  ['found no capacity', ended(undefined, { stopCode: 'TaskFailedToStart', stoppedReason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone.' }), 'failed', 'AWS has no capacity for it in these subnets at this time.'],
  ['has no log', ended(undefined, { stopCode: 'TaskFailedToStart', stoppedReason: 'ResourceInitializationError: failed to validate logger args: The specified log group does not exist. : exit status 1' }), 'failed', expect.stringMatching(/^Its log could not be opened: /)],
  ['ended without a word', ended(undefined, { stopCode: undefined, stoppedReason: undefined }), 'failed', 'It was ended before it ran: AWS gives no reason.'],
] as const)
  test(`a task that ${what}`, () => expect(seenOf(task as Task)).toEqual({ state, reason }));
