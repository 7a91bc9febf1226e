/** The lines of one pod, from its first to its last, however often the way to them breaks. */
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { Api } from './api.ts';
import { lookAt } from './look.ts';
import { CONTAINER } from './order.ts';
import { Patience } from './patience.ts';
import { Position } from './position.ts';
import { KubernetesProblem } from './problems.ts';

const AGAIN_AFTER_MS = { least: 100, most: 2000 };

export interface OfPod {
  readonly api: Api;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** @returns the pod at its end; null: it is not there any more. Throws a CloudProblem when it cannot be read for long, or must not be. */
export async function followLog(first: V1Pod, onLine: (line: string) => void, { api, namespace, signal }: OfPod): Promise<V1Pod | null> {
  const name = first.metadata?.name ?? '';
  const position = new Position();
  let pod = first;
  const patience = new Patience();
  let waitMs = AGAIN_AFTER_MS.least;
  for (;;) {
    const wasOver = lookAt(pod).at === 'over';
    try {
      for await (const line of api.lines(logOf(namespace, name), { container: CONTAINER, follow: 'true', timestamps: 'true', ...position.resume() }, signal)) {
        const text = position.read(line);
        if (text === null) continue;
        waitMs = AGAIN_AFTER_MS.least;
        onLine(text);
      }
      if (wasOver) return pod; // everything was there when it was asked for
    } catch (error) {
      if (wasOver && neverStarted(error)) return pod;
      patience.bear(error);
    }
    try {
      const now = await api.ask((options) => api.core.readNamespacedPod({ name, namespace }, options), signal);
      if (now.metadata?.uid !== first.metadata?.uid) return null;
      pod = now;
      patience.worked();
    } catch (error) {
      if (error instanceof KubernetesProblem && error.code === 404) return null;
      patience.bear(error);
    }
    await delay(waitMs, undefined, { signal });
    waitMs = Math.min(waitMs * 2, AGAIN_AFTER_MS.most);
  }
}

/** All that it has printed, as far as its node keeps it. Throws a CloudProblem. */
export async function* storedLog(name: string, { api, namespace, signal }: OfPod): AsyncGenerator<string> {
  try {
    yield* api.lines(logOf(namespace, name), { container: CONTAINER }, signal);
  } catch (error) {
    if (!neverStarted(error)) throw error;
  }
}

const logOf = (namespace: string, pod: string): string => `/api/v1/namespaces/${namespace}/pods/${pod}/log`;

/** Its container never ran, or it is gone: there is no log. */
const neverStarted = (error: unknown): boolean => error instanceof KubernetesProblem && (error.code === 400 || error.code === 404);
