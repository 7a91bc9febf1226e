/** The connections of a server: when each was accepted, how many requests came over it, and when it is closed. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface CloseAfter {
  /** A connection is closed after so many answers. */
  readonly requests: number;
  /** The last answer says `connection: close` (default); else it is closed without a word. */
  readonly announced?: boolean;
}

export type Closing = 'announced' | 'silent' | null;

export interface Connection {
  readonly id: number;
  /** `performance.now()`; before the handshake. */
  readonly accepted: number;
  requests: number;
}

export interface ConnectionsOptions {
  readonly tls: boolean;
  readonly closeAfter: CloseAfter | null;
  /** A connection is ready for requests. */
  opened(): void;
}

export class Connections {
  readonly #closeAfter: CloseAfter | null;
  readonly #connections = new WeakMap<Socket, Connection>();
  /** By the client's port: a TLS socket does not tell the one below it. */
  readonly #accepted = new Map<number, number>();
  #opened = 0;
  open = 0;

  constructor(server: Server, { tls, closeAfter, opened }: ConnectionsOptions) {
    this.#closeAfter = closeAfter;
    server.on('connection', (socket: Socket) => this.accept(socket));
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#opened += 1;
      this.open += 1;
      this.#connections.set(socket, { id: this.#opened, accepted: this.#accepted.get(socket.remotePort ?? 0) ?? performance.now(), requests: 0 });
      opened();
      socket.once('close', () => {
        this.open -= 1;
      });
    });
  }

  /** It came now, whatever happens to it before it is ready. */
  accept(socket: Socket): void {
    const port = socket.remotePort ?? 0;
    if (this.#accepted.has(port)) return;
    this.#accepted.set(port, performance.now());
    socket.once('close', () => this.#accepted.delete(port));
  }

  of(socket: Socket): Connection {
    const connection = this.#connections.get(socket);
    if (!connection) throw new Error('a request came on a connection that was never opened');
    return connection;
  }

  closingAfter({ requests }: Connection): Closing {
    if (this.#closeAfter === null || requests < this.#closeAfter.requests) return null;
    return this.#closeAfter.announced === false ? 'silent' : 'announced';
  }
}
