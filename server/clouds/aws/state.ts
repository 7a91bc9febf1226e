/** A task as ECS describes it -> what a shard is at, and why. Pure. */
import type { Task } from '@aws-sdk/client-ecs';
import type { Seen } from '../cloud.ts';
import { whole } from '../whole.ts';

const WAITS: Readonly<Record<string, string>> = {
  PROVISIONING: 'AWS makes its network interface.',
  PENDING: 'AWS finds a machine for it and pulls its image.',
  ACTIVATING: 'Its container is being started.',
};

export function seenOf(task: Task): Seen {
  const { lastStatus = '', stopCode, stoppedReason = '', containers: [container] = [] } = task;
  // A container has ended some ten seconds before its task has stopped: the network interface is taken away in between.
  const exitCode = container?.exitCode;
  if (exitCode === 0) return { state: 'succeeded', reason: null };
  if (exitCode !== undefined || lastStatus === 'STOPPED') return { state: stopCode === 'UserInitiated' ? 'stopped' : 'failed', reason: ended(stopCode, stoppedReason, container?.reason ?? '', exitCode) };
  if (lastStatus in WAITS) return { state: 'pending', reason: WAITS[lastStatus] ?? null };
  return { state: 'running', reason: null };
}

/** A task that is not known any more: an hour after its end ECS has forgotten it. */
export const GONE: Seen = { state: 'failed', reason: 'ECS does not know its task any more.' };

function ended(stopCode: Task['stopCode'], stopped: string, ofContainer: string, exitCode: number | undefined): string {
  const said = [ofContainer, stopped].find((text) => text !== '') ?? 'AWS gives no reason';
  const all = `${stopped} ${ofContainer}`;
  if (/CannotPull|pull image manifest/.test(all)) return `Its image could not be pulled: the image must exist, the execution role must be allowed to read it, and the subnet must have a way to its registry. AWS says: ${whole(said)}`;
  if (/log group does not exist|logger args/.test(all)) return `Its log could not be opened: the log group of LOAD_TESTING_AWS_LOG_GROUP must exist in the region, and the execution role must be allowed to write to it. AWS says: ${whole(said)}`;
  if (/unable to pull secrets/.test(all)) return `Its secrets could not be read: what LOAD_TESTING_AWS_SECRETS names must exist, the execution role must be allowed to read it, and the subnet must have a way there. AWS says: ${whole(said)}`;
  if (/waiting for network interface|RESOURCE:ENI/.test(all)) return `AWS could not give it a network interface in time: the subnets may be full. AWS says: ${whole(said)}`;
  if (/OutOfMemory/.test(all)) return `It ran out of memory: set LOAD_TESTING_AWS_MEMORY higher, or use more shards. AWS says: ${whole(said)}`;
  if (/Capacity is unavailable/.test(all)) return 'AWS has no capacity for it in these subnets at this time.';
  if (stopCode === 'SpotInterruption' || stopCode === 'TerminationNotice') return `AWS took the machine it ran on away. AWS says: ${whole(said)}`;
  if (exitCode !== undefined) return `It ended with exit code ${exitCode}${exitCode === 137 ? ' (killed)' : ''}. AWS says: ${whole(said)}`;
  return `It was ended before it ran: ${whole(said)}`;
}
