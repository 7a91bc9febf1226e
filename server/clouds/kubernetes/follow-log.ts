/** The lines of one pod, from its first to its last, however often the way to them breaks. */
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { ApiProblem, unless } from '../problem.ts';
import type { Api } from './api.ts';
import { lookAt } from './look.ts';
import { Position } from './position.ts';

const AGAIN_AFTER_MS = { least: 100, most: 2000 };
/** Its container never ran, or it is gone: there is no log. */
const NO_LOG = ['400', '404'];

/** @returns the pod at its end; null: it is not there any more. Throws a CloudProblem when it cannot be read for long, or must not be. */
export async function followLog(first: V1Pod, onLine: (line: string) => void, api: Api): Promise<V1Pod | null> {
  const name = first.metadata?.name ?? '';
  const position = new Position();
  let pod: V1Pod | null = first;
  let waitMs = AGAIN_AFTER_MS.least;
  for (;;) {
    const wasOver = lookAt(pod).at === 'over';
    try {
      for await (const line of api.lines(name, { follow: 'true', timestamps: 'true', ...position.resume() })) {
        const text = position.read(line);
        if (text === null) continue;
        waitMs = AGAIN_AFTER_MS.least;
        onLine(text);
      }
      if (wasOver) return pod; // everything was there when it was asked for
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code === '403') throw error;
      if (wasOver && NO_LOG.includes(error.code)) return pod;
    }
    pod = await api.core.readNamespacedPod({ name, namespace: api.namespace }).catch(unless('404'));
    if (pod === null) return null;
    await delay(waitMs, undefined, { signal: api.signal });
    waitMs = Math.min(waitMs * 2, AGAIN_AFTER_MS.most);
  }
}

/** All that it has printed, as far as its node keeps it. Throws a CloudProblem. */
export async function* storedLog(pod: V1Pod, api: Api): AsyncGenerator<string> {
  try {
    yield* api.lines(pod.metadata?.name ?? '');
  } catch (error) {
    unless(...NO_LOG)(error);
  }
}
