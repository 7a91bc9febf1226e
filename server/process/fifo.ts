/**
 * A named pipe for tools that cannot write to an inherited descriptor (k6 re-opens /dev/fd, which fails on a socket).
 * Opened O_RDONLY|O_NONBLOCK before the writer starts: no blocked thread, no early end of file. When the writer dies
 * before opening it there is no end of file at all: the reader must be destroyed when the process has closed.
 */
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { runToEnd } from './run-to-end.ts';

export async function openFifo(path: string): Promise<Socket> {
  const made = await runToEnd({ file: 'mkfifo', args: ['-m', '600', path], cwd: '/', env: {}, timeoutMs: 5000 });
  if (made.code !== 0) throw new Error(`mkfifo failed: ${made.stderr.trim() || made.failure}`);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
