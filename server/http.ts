/** What is served: the API, the panel's files below the same path, and a health check. Everything else is the host's. */
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import type { Services } from './context.ts';
import { serveFile } from './files.ts';
import { openGraphql } from './graphql/server.ts';
import { BASE, FILES, IMPORTS } from './links.ts';
import { listen } from './listen.ts';
import { receiveUpload } from './run/import/receive.ts';
import { isSameSite } from './same-site.ts';

export const PANEL_FOLDER = fileURLToPath(new URL('../ui/build', import.meta.url));

/** Answers what the plugin does not; true: it did. */
export type HostRoutes = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function serve({ host, port }: { host: string; port: number }, services: Services, hostRoutes: HostRoutes): Promise<HttpServer> {
  const http = createServer();
  const graphql = openGraphql(http, `${BASE}/graphql`, services);
  const panel = existsSync(PANEL_FOLDER) ? sirv(PANEL_FOLDER, { single: '200.html', etag: true, gzip: true, brotli: true, setHeaders: cached }) : null;
  http.on('request', (req, res) => {
    const path = (req.url ?? '/').split('?')[0] ?? '/';
    if (path === '/healthz') return services.runner.ending ? text(res, 503, 'ending') : text(res, 200, 'ok');
    if (path === `${BASE}/graphql`) return graphql.handle(req, res);
    if (path === BASE) return void res.writeHead(308, { location: `${BASE}/` }).end();
    if (path.startsWith(FILES)) return answered(serveFile(path, res, services), res, 'This link is not valid any more.');
    if (path === IMPORTS) return isSameSite(req) ? answered(receiveUpload(req, res, services), res, 'Not found.') : text(res, 403, 'Requests of other sites are not answered.');
    if (path.startsWith(`${BASE}/`)) {
      if (!panel) return text(res, 503, 'The panel has not been built: run npm run build.');
      req.url = (req.url ?? '').slice(BASE.length);
      return void panel(req, res, () => text(res, 404, 'Not found.'));
    }
    answered(hostRoutes(req, res), res, 'Not found.');
  });

  /** Whoever answers says so; if nobody has, it is not there. */
  function answered(done: Promise<boolean>, res: ServerResponse, otherwise: string): void {
    done.then(
      (was) => was || text(res, 404, otherwise),
      (error: unknown) => {
        services.host.log.error({ err: error }, 'a page failed');
        if (!res.headersSent) text(res, 500, 'Something went wrong here.');
      },
    );
  }
  await listen(http, { host, port });
  const { address, port: bound } = http.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${bound}`,
    async close() {
      await graphql.close();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

/** What has its hash in its name never changes; all else is asked for again. */
function cached(res: ServerResponse, path: string): void {
  res.setHeader('cache-control', path.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache');
}

function text(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}
