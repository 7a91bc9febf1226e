/** The demo target in a thread of its own: what else this process does must not slow the target, nor hide a slow answer from its truth. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { DemoTargetOptions } from './target.ts';
import type { Truth } from './truth.ts';

export interface DemoTargetApart {
  readonly url: string;
  readonly port: number;
  truth(): Promise<Truth>;
  reset(): Promise<void>;
  restart(): Promise<void>;
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

export type Ask = 'truth' | 'reset' | 'restart' | 'revoke' | 'stop';
export type Reply = { readonly started: { readonly url: string; readonly port: number } } | { readonly id: number; readonly truth: Truth | null };

export async function startDemoTargetApart(options: DemoTargetOptions = {}): Promise<DemoTargetApart> {
  const worker = new Worker(new URL('./apart-worker.ts', import.meta.url), { workerData: options });
  const waiting = new Map<number, (truth: Truth | null) => void>();
  let asked = 0;

  // Rejects with the thread's own error when it could not start.
  const [first] = (await once(worker, 'message')) as [Reply];
  if (!('started' in first)) throw new Error('the demo target answered before it had started');
  worker.on('message', (reply: Reply) => {
    if (!('id' in reply)) return;
    waiting.get(reply.id)?.(reply.truth);
    waiting.delete(reply.id);
  });

  const ask = (what: Ask) =>
    new Promise<Truth | null>((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      worker.postMessage({ id: asked, what });
    });

  return {
    ...first.started,
    async truth() {
      const truth = await ask('truth');
      if (!truth) throw new Error('the demo target has no truth');
      return truth;
    },
    async reset() {
      await ask('reset');
    },
    async restart() {
      await ask('restart');
    },
    async revoke() {
      await ask('revoke');
    },
    async stop() {
      const exited = once(worker, 'exit');
      worker.postMessage({ id: 0, what: 'stop' });
      await exited;
    },
  };
}
