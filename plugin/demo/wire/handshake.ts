/** A slow TLS handshake: connections are accepted at once, and wait before the server says its first word. */
import type { Server as SecureServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';

export interface SlowFront {
  /** Listens in the place of the secure server. */
  readonly server: Server;
  /** Ends what still waits. */
  stop(): void;
}

/** @param accepted called for each connection when it comes */
export function slowHandshake(secure: SecureServer, delayMs: number, accepted: (socket: Socket) => void): SlowFront {
  const waiting = new Map<Socket, NodeJS.Timeout>();
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    accepted(socket);
    const forget = () => {
      clearTimeout(waiting.get(socket));
      waiting.delete(socket);
    };
    socket.once('close', forget);
    socket.on('error', forget);
    waiting.set(
      socket,
      setTimeout(() => {
        waiting.delete(socket);
        secure.emit('connection', socket);
      }, delayMs),
    );
  });
  return {
    server,
    stop() {
      for (const socket of waiting.keys()) socket.destroy();
    },
  };
}
