/** A shell in a container, by a WebSocket as Azure hands them out: the first message is the password, the others are what is typed. */
import { CloudProblem } from '../cloud.ts';

/** Until the shell has ended, or so long. Throws a CloudProblem when it cannot be reached. */
export async function typed(url: string, messages: readonly string[], withinMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const unreached = () => reject(new CloudProblem('The container could not be reached for a command.'));
  const socket = new WebSocket(url);
  const timer = setTimeout(() => (socket.readyState === WebSocket.OPEN ? resolve() : unreached()), withinMs);
  socket.addEventListener('open', () => {
    for (const message of messages) socket.send(message);
  });
  socket.addEventListener('error', unreached);
  socket.addEventListener('close', () => resolve());
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}
