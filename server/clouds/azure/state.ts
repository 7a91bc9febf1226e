/** A container group as Azure describes it -> what a shard is at, and why. Pure. */
import type { ContainerGroup, Event } from '@azure/arm-containerinstance';
import type { Seen } from '../cloud.ts';
import { whole } from '../whole.ts';
import { refusal } from './problems.ts';

export function seenOf({ instanceView: view, provisioningState, containers: [container] }: ContainerGroup): Seen {
  const { currentState: state, events = [] } = container?.instanceView ?? {};
  const all = [...(view?.events ?? []), ...events];
  if (state?.state === 'Terminated') return ended(view?.state ?? '', state.exitCode, state.detailStatus ?? '');
  if (view?.state === 'Stopped') return { state: 'stopped', reason: 'It was stopped before it ran.' };
  if (view?.state === 'Failed' || provisioningState === 'Failed') return { state: 'failed', reason: troubleIn(all) ?? 'Azure could not start it, and does not say why.' };
  if (view?.state === 'Succeeded') return { state: 'succeeded', reason: null };
  if (/^(Unhealthy|Repairing)$/.test(provisioningState ?? '')) return { state: 'failed', reason: 'Azure took the machine it ran on away.' };
  if (state?.state === 'Running') return { state: 'running', reason: null };
  return { state: 'pending', reason: troubleIn(all) ?? waitsFor(all, provisioningState) };
}

export const GONE: Seen = { state: 'failed', reason: 'Its container group is not there any more: somebody deleted it.' };

function ended(group: string, exitCode: number | undefined, detail: string): Seen {
  if (exitCode === 0) return { state: 'succeeded', reason: null };
  if (group === 'Stopped') return { state: 'stopped', reason: 'It was stopped.' };
  if (/OOMKilled/i.test(detail)) return { state: 'failed', reason: 'It ran out of memory: set LOAD_TESTING_AZURE_MEMORY higher, or use more shards.' };
  return { state: 'failed', reason: `It ended with exit code ${exitCode ?? 'unknown'}${exitCode === 137 ? ' (killed)' : ''}${detail === '' || detail === 'Error' ? '' : `: ${detail}`}.` };
}

/** What the engine says last that is no good news. */
function troubleIn(events: readonly Event[]): string | null {
  const last = events.findLast(({ type, message }) => type === 'Warning' && message);
  return last ? refusal(last.name ?? '', last.message ?? '') : null;
}

function waitsFor(events: readonly Event[], provisioning: string | undefined): string {
  const message = events.at(-1)?.message;
  if (message) return `Azure says: ${whole(message)}`;
  return provisioning === 'Creating' ? 'Azure starts it.' : 'Azure finds a place for it.';
}
