/** A target that takes no time, on loopback, in a thread of its own: what else this server does must not slow its answers. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface Echo extends AsyncDisposable {
  readonly url: string;
}

/** Rejects when it could not start. */
export async function openEcho(): Promise<Echo> {
  const worker = new Worker(new URL('./self-check-echo-worker.ts', import.meta.url));
  const [port] = (await once(worker, 'message')) as [number];
  // Of no use to anybody any more: requests to it fail, and that is told.
  worker.on('error', () => {});
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
