/** A port of this machine: listened to, or found to be taken before there is anything to answer with. */
import { createServer, type Server } from 'node:net';

export interface ListenAt {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Throws one sentence when the port is in use. */
export async function listen(server: Server, { host, port }: ListenAt): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new Error(`Port ${port} is in use. Set PORT to another one.`) : error;
  });
}

/** Rejects as `listen` does. The port is free again when this resolves. */
export async function requireFreePort(at: ListenAt): Promise<void> {
  const server = createServer();
  await listen(server, at);
  await new Promise((resolve) => server.close(resolve));
}
