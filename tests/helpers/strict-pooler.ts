/** A way to a database that refuses what PgBouncer refuses of a connection: settings that it does not keep for each client. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** PgBouncer 1.18, without `ignore_startup_parameters`. */
const TAKEN = ['user', 'database', 'replication', 'client_encoding', 'datestyle', 'timezone', 'standard_conforming_strings', 'application_name'];
/** Length and version of the protocol stand before them. */
const SETTINGS_FROM = 8;

export interface StrictPooler extends AsyncDisposable {
  readonly url: string;
  /** Settings that connections were refused for. */
  readonly refused: readonly string[];
}

export async function strictPooler(databaseUrl: string): Promise<StrictPooler> {
  const { hostname, port } = new URL(databaseUrl);
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (inner) => {
    sockets.add(inner);
    inner.on('error', () => {});
    const [first] = (await once(inner, 'data')) as [Buffer];
    const named = first.subarray(SETTINGS_FROM).toString().split('\0').filter((_, i) => i % 2 === 0).filter((name) => name !== '');
    const wrong = named.find((name) => !TAKEN.includes(name.toLowerCase()));
    if (wrong !== undefined) {
      refused.push(wrong);
      inner.end(fatal('08P01', `unsupported startup parameter: ${wrong}`));
      return;
    }
    const outer = connect(Number(port), hostname);
    sockets.add(outer);
    outer.on('error', () => inner.destroy());
    outer.on('close', () => inner.destroy());
    inner.on('close', () => outer.destroy());
    outer.write(first);
    inner.pipe(outer).pipe(inner);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    refused,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from('E....');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
