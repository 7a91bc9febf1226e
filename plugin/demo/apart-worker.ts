/** The thread of `apart.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Ask, Reply } from './apart.ts';
import { type DemoTargetOptions, startDemoTarget } from './target.ts';

if (!parentPort) throw new Error('this file runs as a thread only');
const port = parentPort;
const reply = (message: Reply) => port.postMessage(message);

const target = await startDemoTarget(workerData as DemoTargetOptions);
port.on('message', async ({ id, what }: { id: number; what: Ask }) => {
  if (what === 'stop') {
    await target.stop();
    port.close();
    return;
  }
  if (what === 'reset') target.reset();
  if (what === 'restart') target.restart();
  if (what === 'revoke') target.revoke();
  reply({ id, truth: what === 'truth' ? target.truth() : null });
});
reply({ started: { url: target.url, port: target.port } });
