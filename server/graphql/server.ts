/** The API over HTTP (Yoga) and WebSocket (graphql-ws): one schema, one context. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga } from 'graphql-yoga';
import { WebSocket, WebSocketServer } from 'ws';
import type { Context, Services } from '../context.ts';
import { isSameSite } from '../same-site.ts';
import { documentOf } from './documents.ts';
import { shownError } from './errors.ts';
import { schema } from './schema.ts';
import { subscribeShared } from './shared.ts';
import { BoundedSocket } from './socket.ts';

/** A definition of 10 MB with every character escaped, and room for the rest. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** For the closing handshake of WebSockets, when the server ends. */
const CLOSE_WITHIN_MS = 1000;

/** What graphql-ws tells of a connection. */
interface Extra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

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
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, WebSocket: BoundedSocket });
  const protocol = useServer(
    {
      onSubscribe: async ({ extra, connectionParams }, _id, { query, variables, operationName }) => {
        try {
          // What is thrown out of here would close the socket, and with it every other subscription of the page.
          const document = documentOf(query);
          if (!('kind' in document)) return document;
          const contextValue = await contextOf(services, (extra as Extra).request, tokenOf(connectionParams));
          return { schema, document, contextValue, variableValues: variables ?? null, operationName: operationName ?? null };
        } catch (error) {
          return [shownError(error, log)];
        }
      },
      subscribe: subscribeShared,
      onConnect: async ({ extra, connectionParams }) => (await services.host.identify((extra as Extra).request, tokenOf(connectionParams))) !== null,
      // That a client is gone in the middle of an answer is no bug: nobody is told, and it is not logged.
      onError: ({ extra }, _id, _payload, errors) => errors.map((error) => ((extra as Extra).socket.readyState === WebSocket.OPEN ? shownError(error, log) : error).toJSON()),
      onNext: (_ctx, _id, _payload, _args, { errors, data = null }) => (errors ? { data, errors: errors.map((error) => shownError(error, log).toJSON()) } : undefined),
    },
    sockets,
  );
  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client that breaks is no event of the process; Node has taken its own listener away by now.
    socket.on('error', () => socket.destroy());
    const refused = (status: string) => void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
    if (req.url?.split('?')[0] !== path) return refused('404 Not Found');
    if (!isSameSite(req)) return refused('403 Forbidden');
    sockets.handleUpgrade(req, socket, head, (ws) => sockets.emit('connection', ws, req));
  };
  http.on('upgrade', onUpgrade);

  return {
    handle(req, res) {
      if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return refuse(res, 413, `A request can be ${MAX_BODY_BYTES / 1024 / 1024} MB at most.`);
      // Without its length nobody can say where a body ends: it would be read into memory for as long as it comes.
      if (req.headers['transfer-encoding'] !== undefined) return refuse(res, 411, 'Send the body with its length (content-length).');
      // A form of another site can send what a browser calls a simple request; JSON it cannot.
      if (req.method === 'POST' && !/^application\/(graphql\+)?json\b/i.test(req.headers['content-type'] ?? '')) return refuse(res, 415, 'Send application/json.');
      if (!isSameSite(req)) return refuse(res, 403, 'Requests of other sites are not answered.');
      void yoga.handle(req, res);
    },
    async close() {
      http.off('upgrade', onUpgrade);
      // A client that is gone without a word never answers the closing handshake.
      const impatient = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, CLOSE_WITHIN_MS);
      await protocol.dispose();
      clearTimeout(impatient);
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

function refuse(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ errors: [{ message }] }));
}
