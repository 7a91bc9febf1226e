/** What a node tells of a pod: in the words of the scheduler and the kubelet. */
import type { V1ContainerState, V1Pod, V1PodCondition, V1PodStatus } from '@kubernetes/client-node';

/** How a pod ends that does not end by itself: at once, or (a node that shuts down, as one of a spot market does) with its grace. */
export type Death = 'OOMKilled' | 'Evicted' | 'NodeShutdown';

/** What keeps a pod from running, if anything does. */
export type Fate = { readonly never: 'scheduled' | 'pulled'; readonly message: string };

export function unschedulable(message: string): V1PodStatus {
  return { phase: 'Pending', conditions: [condition('PodScheduled', false, { reason: 'Unschedulable', message })] };
}

export function waiting(pod: V1Pod, reason: string, message = ''): V1PodStatus {
  return { ...ofContainer(pod, 'Pending', { waiting: { reason, message } }), hostIP: ADDRESS };
}

export function running(pod: V1Pod, startedAt: Date): V1PodStatus {
  return { ...ofContainer(pod, 'Running', { running: { startedAt } }), hostIP: ADDRESS, podIP: ADDRESS, startTime: startedAt };
}

const ADDRESS = '127.0.0.1';

const DEATHS = {
  OOMKilled: { reason: 'OOMKilled' },
  Evicted: { pod: { reason: 'Evicted', message: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 52Mi. ' } },
  NodeShutdown: { pod: { reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.' } },
} satisfies Record<Death, { readonly reason?: string; readonly pod?: { readonly reason: string; readonly message: string } }>;

/** Of what a container printed last so much stands in its status. */
const MESSAGE_BYTES = 2048;

/** @param said what the container printed last */
export function ended(pod: V1Pod, startedAt: Date, exitCode: number, death: Death | null, said: string): V1PodStatus {
  const how: { readonly reason?: string; readonly pod?: { readonly reason: string; readonly message: string } } = death ? DEATHS[death] : {};
  const isTold = exitCode !== 0 && pod.spec?.containers[0]?.terminationMessagePolicy === 'FallbackToLogsOnError';
  const terminated = { exitCode, reason: how.reason ?? (exitCode === 0 ? 'Completed' : 'Error'), startedAt, finishedAt: new Date(), ...(isTold ? { message: said.slice(-MESSAGE_BYTES) } : {}) };
  // So the Job controller tells an end that is not the program's own.
  const disrupted = how.pod ? [condition('DisruptionTarget', true, { reason: 'TerminationByKubelet', message: how.pod.message })] : [];
  const status = ofContainer(pod, exitCode === 0 && !how.pod ? 'Succeeded' : 'Failed', { terminated });
  return { ...status, ...how.pod, conditions: [...(status.conditions ?? []), ...disrupted] };
}

function ofContainer(pod: V1Pod, phase: string, state: V1ContainerState): V1PodStatus {
  const [container] = pod.spec?.containers ?? [];
  const ready = state.running !== undefined;
  return {
    phase,
    conditions: [condition('PodScheduled', true), condition('Ready', ready)],
    containerStatuses: [{ name: container?.name ?? '', image: container?.image ?? '', imageID: '', ready, started: ready, restartCount: 0, state }],
  };
}

function condition(type: string, status: boolean, why: { readonly reason?: string; readonly message?: string } = {}): V1PodCondition {
  return { type, status: status ? 'True' : 'False', lastTransitionTime: new Date(), ...why };
}
