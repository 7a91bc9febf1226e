/** Where the API server asks a node for the logs of its pods, over TLS: `GET /containerLogs/<namespace>/<pod>/<container>`. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Log } from './log.ts';

export interface LogServer extends AsyncDisposable {
  readonly port: number;
  /** Cuts all streams that are open now. @returns how many */
  cut(): number;
}

/** @param find the log of a container; a text: why there is none */
export async function serveLogs(tls: { readonly key: string; readonly cert: string }, find: (namespace: string, pod: string, container: string) => Log | string): Promise<LogServer> {
  const streams = new Set<ServerResponse>();
  const server = createServer(tls, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://node');
    const [, kind, namespace = '', pod = '', container = ''] = pathname.split('/');
    const log = kind === 'containerLogs' ? find(namespace, pod, container) : 'there are only logs here';
    if (typeof log === 'string') {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(log);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
    const number = (name: string) => (searchParams.has(name) ? Number(searchParams.get(name)) : null);
    const sinceSeconds = number('sinceSeconds');
    const since = sinceSeconds === null ? Date.parse(searchParams.get('sinceTime') ?? '') || null : Date.now() - sinceSeconds * 1000;
    const follows = searchParams.get('follow') === 'true';
    const leave = log.read({ tailLines: number('tailLines'), since, timestamps: searchParams.get('timestamps') === 'true' }, (text) => response.write(text), follows ? () => response.end() : null);
    if (!follows) {
      response.end();
      return;
    }
    streams.add(response);
    response.once('close', () => {
      streams.delete(response);
      leave();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      const { size } = streams;
      for (const response of streams) response.destroy();
      return size;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
