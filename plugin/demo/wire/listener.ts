/** A server on loopback: plain or with TLS, its connections known one by one. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Connections, type ConnectionsOptions } from './connections.ts';
import { slowHandshake } from './handshake.ts';

export interface ListenerOptions {
  readonly port: number;
  readonly keepAliveMs: number;
  readonly closeAfter: ConnectionsOptions['closeAfter'];
  readonly tls: { readonly key: string; readonly cert: string; readonly handshakeDelayMs?: number } | null;
}

export interface Listener {
  readonly port: number;
  readonly connections: Connections;
  /** Ends every connection; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** @param opened called for each connection that is ready for requests */
export async function listen(options: ListenerOptions, onRequest: RequestListener, opened: (connections: Connections) => void): Promise<Listener> {
  // The extra second that Node adds to the time it tells is not what uvicorn does.
  const settings = { keepAliveTimeout: options.keepAliveMs, keepAliveTimeoutBuffer: 0, requestTimeout: 0 };
  const { key, cert, handshakeDelayMs = 0 } = options.tls ?? {};
  const secure: SecureServer | null = options.tls ? createTlsServer({ ...settings, ...(key && cert ? { key, cert } : {}) }, onRequest) : null;
  const server: Server | SecureServer = secure ?? createServer(settings, onRequest);
  const connections: Connections = new Connections(server, { tls: secure !== null, closeAfter: options.closeAfter, opened: () => opened(connections) });
  const front = secure && handshakeDelayMs > 0 ? slowHandshake(secure, handshakeDelayMs, (socket) => connections.accept(socket)) : null;
  const listening = front?.server ?? server;

  await new Promise<void>((resolve, reject) => {
    listening.once('error', reject);
    // A burst of new users must not be refused by the system before we see it.
    listening.listen({ port: options.port, host: '127.0.0.1', backlog: 4096 }, () => resolve());
  });
  return {
    port: (listening.address() as AddressInfo).port,
    connections,
    async stop() {
      const closed = new Promise<void>((resolve) => listening.close(() => resolve()));
      front?.stop();
      server.closeAllConnections();
      await closed;
    },
  };
}
