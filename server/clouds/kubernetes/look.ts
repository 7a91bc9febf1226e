/** What the status of a pod means for its shard, in sentences. Pure. */
import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import type { ShardState } from '../cloud.ts';
import { sentence } from './problems.ts';

export type Look =
  /** `hopeless`: what it waits for does not come by itself, as a rule. */
  | { readonly at: 'waiting'; readonly reason: string | null; readonly hopeless: boolean }
  | { readonly at: 'running' }
  /** `stopped`: its pod was deleted, and the program did not end well; its Job may know why. */
  | { readonly at: 'over'; readonly state: ShardState; readonly reason: string | null };

/** Why a container does not start, in the kubelet's words, and in ours. An image that cannot be pulled, and a container that cannot be made, are tried again for ever. */
const HINDERED: Readonly<Record<string, string>> = {
  ErrImagePull: 'Its image cannot be pulled',
  ImagePullBackOff: 'Its image cannot be pulled',
  ErrImageNeverPull: 'Its image cannot be pulled',
  RegistryUnavailable: 'Its image cannot be pulled',
  InvalidImageName: 'Its image has a name that is none',
  CreateContainerConfigError: 'Its container cannot be made',
  CreateContainerError: 'Its container cannot be made',
  RunContainerError: 'Its container cannot be started',
};

export function lookAt(pod: V1Pod): Look {
  const phase = pod.status?.phase;
  if (phase === 'Succeeded') return { at: 'over', state: 'succeeded', reason: null };
  if (phase === 'Failed') {
    const reason = whatEnded(pod);
    if (reason === null && pod.metadata?.deletionTimestamp) return { at: 'over', state: 'stopped', reason };
    return { at: 'over', state: 'failed', reason: reason ?? exitOf(stateOf(pod)) };
  }
  const { running, terminated, waiting } = stateOf(pod);
  // Its container has ended, and the phase comes a moment later.
  if (running || terminated) return { at: 'running' };
  const hindered = HINDERED[waiting?.reason ?? ''];
  if (hindered) return { at: 'waiting', reason: sentence(hindered, waiting?.message || waiting?.reason), hopeless: true };
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return { at: 'waiting', reason: unscheduled ? sentence('No node can take it', unscheduled.message ?? unscheduled.reason) : null, hopeless: false };
}

/** null: nothing but its own end, or who deleted it. */
function whatEnded(pod: V1Pod): string | null {
  const { reason, message } = pod.status ?? {};
  const { terminated } = stateOf(pod);
  if (reason === 'Evicted') return sentence('Its node evicted it', message);
  if (terminated?.reason === 'OOMKilled') return `It needed more memory than the ${pod.spec?.containers[0]?.resources?.limits?.['memory'] ?? 'little'} that it may have, so its node ended it (OOMKilled). Raise LOAD_TESTING_KUBERNETES_MEMORY, or take more shards.`;
  const disrupted = pod.status?.conditions?.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  const outside = message ?? disrupted?.message;
  return outside ? sentence('It was ended from outside', outside) : null;
}

function exitOf({ terminated }: V1ContainerState): string {
  if (!terminated) return 'It failed, and Kubernetes does not say why.';
  // Of its last lines the last that is a word, and no line of what it measured.
  const said = terminated.message?.split('\n').findLast((line) => line.trim() !== '' && !line.startsWith('['));
  return sentence(`It ended with exit code ${terminated.exitCode}`, said);
}

function stateOf(pod: V1Pod): V1ContainerState {
  return pod.status?.containerStatuses?.[0]?.state ?? {};
}
