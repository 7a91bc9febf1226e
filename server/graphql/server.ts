/** The API over HTTP (Yoga) and WebSocket (graphql-ws): one schema, one context. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import type { Context, Services } from '../context.ts';
import { shownError } from './errors.ts';
import { schema } from './schema.ts';

/** A definition of 10 MB with every character escaped, and room for the rest. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface GraphqlServer {
  handle(req: IncomingMessage, res: ServerResponse): void;
  close(): Promise<void>;
}

export function openGraphql(http: Server, path: string, services: Services): GraphqlServer {
  const { log } = services.host;
  const yoga = createYoga<{ req: IncomingMessage; res: ServerResponse }, Context>({
    schema,
    graphqlEndpoint: path,
    graphiql: false,
    landingPage: false,
    multipart: false,
    logging: false,
    cors: false,
    maskedErrors: { maskError: (error) => shownError(error, log) },
    context: ({ req }) => contextOf(services, req, null),
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  const protocol = useServer(
    {
      schema,
      context: ({ extra, connectionParams }) => contextOf(services, (extra as { request: IncomingMessage }).request, tokenOf(connectionParams)),
      onConnect: async ({ extra, connectionParams }) => (await services.host.identify((extra as { request: IncomingMessage }).request, tokenOf(connectionParams))) !== null,
      onError: (_ctx, _id, _payload, errors) => errors.map((error) => shownError(error, log).toJSON()),
      onNext: (_ctx, _id, _payload, _args, { errors, data = null }) => (errors ? { data, errors: errors.map((error) => shownError(error, log).toJSON()) } : undefined),
    },
    sockets,
  );
  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Other plugins may share this HTTP server: what is not ours is left alone.
    if (req.url?.split('?')[0] !== path) return;
    if (!isSameSite(req)) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    sockets.handleUpgrade(req, socket, head, (ws) => sockets.emit('connection', ws, req));
  };
  http.on('upgrade', onUpgrade);

  return {
    handle(req, res) {
      if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return refuse(res, 413, `A request can be ${MAX_BODY_BYTES / 1024 / 1024} MB at most.`);
      // A form of another site can send what a browser calls a simple request; JSON it cannot.
      if (req.method === 'POST' && !/^application\/(graphql\+)?json\b/i.test(req.headers['content-type'] ?? '')) return refuse(res, 415, 'Send application/json.');
      if (!isSameSite(req)) return refuse(res, 403, 'Requests of other sites are not answered.');
      void yoga.handle(req, res);
    },
    async close() {
      http.off('upgrade', onUpgrade);
      await protocol.dispose();
      sockets.close();
      await yoga.dispose();
    },
  };
}

async function contextOf(services: Services, req: IncomingMessage, token: string | null): Promise<Context> {
  const viewer = await services.host.identify(req, token);
  if (!viewer) throw new GraphQLError('Sign in first.', { extensions: { code: 'unauthenticated', http: { status: 401 } } });
  return { ...services, viewer };
}

function tokenOf(params: Readonly<Record<string, unknown>> | undefined): string | null {
  const token = params?.['token'];
  return typeof token === 'string' ? token : null;
}

/** No Origin (not a browser), or the page's own. */
function isSameSite(req: IncomingMessage): boolean {
  const { origin, host } = req.headers;
  return origin === undefined || URL.parse(origin)?.host === host;
}

function refuse(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ errors: [{ message }] }));
}
