/** A way to a database that can be frozen: connections of before answer nothing any more and are not closed, new ones get through. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Freezable extends AsyncDisposable {
  readonly url: string;
  /** How many connections it has frozen. */
  freeze(): number;
}

export async function freezable(databaseUrl: string): Promise<Freezable> {
  const { hostname, port: databasePort } = new URL(databaseUrl);
  const all = new Set<Socket>();
  const open = new Set<readonly [inner: Socket, outer: Socket]>();
  const server = createServer((inner) => {
    const outer = connect(Number(databasePort), hostname);
    const pair = [inner, outer] as const;
    open.add(pair);
    for (const [from, to] of [[inner, outer], [outer, inner]] as const) {
      all.add(from);
      from.pipe(to);
      from.on('error', () => {});
      from.on('close', () => {
        open.delete(pair);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    freeze() {
      const frozen = [...open];
      for (const [inner, outer] of frozen) {
        inner.unpipe(outer).pause();
        outer.unpipe(inner).pause();
      }
      return frozen.length;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of all) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
