/**
 * The demo target: an HTTP server on loopback that behaves like a Studio and a Kailash gateway, and knows the truth about
 * what it received. `GET /truth` and `POST /truth/reset` tell it to another process; they are no part of it themselves.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Answer, deliver, json } from './answer.ts';
import { type Family, type Incoming, notFound, plain } from './family.ts';
import { gateway } from './gateway.ts';
import { type Entry, Ledger } from './ledger.ts';
import { studio } from './studio.ts';
import type { Truth } from './truth.ts';

export interface DemoTargetOptions {
  /** Default: one that is free. */
  readonly port?: number;
  /** A bearer token that every request but `/health` must carry. Default: none. */
  readonly token?: string;
  /** Same seed, same delays in the same order. Default 1. */
  readonly seed?: number;
  /** Definitions that the gateway half has registered, by name, besides fast, slow, fail and unreachable. */
  readonly workflows?: Readonly<Record<string, string>>;
  /** The gateway's answer cache. Default on, as in a Kailash enterprise server and in Nexus. */
  readonly cache?: boolean;
  /** How long an idle connection is kept, in ms. Default 5,000, as uvicorn does. */
  readonly keepAliveMs?: number;
  /** How many requests keep their details in the truth. Default 50,000. */
  readonly keep?: number;
  /** PEM texts: serve https instead of http. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface DemoTarget {
  /** Without a final slash. */
  readonly url: string;
  readonly port: number;
  truth(): Truth;
  /** As freshly started: the truth, the sequence of delays, queues and the cache. */
  reset(): void;
  /** Ends every connection; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** Details of one answer to `GET /truth`, unless `?last=` says otherwise (a number, or `all`). */
const LAST = 100;

interface Connection {
  readonly id: number;
  readonly accepted: number;
  requests: number;
}

export async function startDemoTarget(options: DemoTargetOptions = {}): Promise<DemoTarget> {
  const keep = options.keep ?? 50_000;
  const freshFamilies = (): readonly Family[] => [studio(options.seed ?? 1), gateway({ seed: options.seed ?? 1, workflows: options.workflows ?? {}, cache: options.cache ?? true })];
  let ledger = new Ledger(keep);
  let families = freshFamilies();
  const stopping = new AbortController();
  const connections = new WeakMap<Socket, Connection>();
  let opened = 0;
  let open = 0;

  const reset = () => {
    ledger = new Ledger(keep);
    families = freshFamilies();
  };

  // The extra second that Node adds to the time it tells is not what uvicorn does.
  const settings = { keepAliveTimeout: options.keepAliveMs ?? 5000, keepAliveTimeoutBuffer: 0, requestTimeout: 0 };
  const server = options.tls ? createTlsServer({ ...settings, ...options.tls }, onRequest) : createServer(settings, onRequest);
  server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    opened += 1;
    open += 1;
    connections.set(socket, { id: opened, accepted: performance.now(), requests: 0 });
    ledger.countConnection(open);
    socket.once('close', () => {
      open -= 1;
    });
  });

  function onRequest(req: IncomingMessage, res: ServerResponse): void {
    const arrived = performance.now();
    const connection = connections.get(req.socket);
    if (!connection) throw new Error('a request came on a connection that was never opened');
    connection.requests += 1;
    const [path = '/', query = ''] = (req.url ?? '/').split(/\?(.*)/s);
    if (path === '/truth' || path === '/truth/reset') {
      if (connection.requests === 1) ledger.uncountConnection();
      answerTruth(req, res, path, new URLSearchParams(query));
      return;
    }
    const method = req.method ?? 'GET';
    const name = families.map((family) => family.nameOf(method, path)).find((n) => n !== null) ?? 'other';
    const headers = headersOf(req);
    const entry = ledger.receive({ name, arrived, connection: { ...connection, warm: connection.requests > 1 }, headers: masked(headers) });
    res.once('close', () => entry.end(res.writableFinished ? 'answered' : 'aborted', performance.now()));
    void handle(req, res, entry, { method, path, query, headers });
  }

  async function handle(req: IncomingMessage, res: ServerResponse, entry: Entry, head: Omit<Incoming, 'body' | 'sha256' | 'entry'>): Promise<void> {
    const body = await wholeBody(req);
    if (body === null) return;
    const sha256 = createHash('sha256').update(body).digest('hex');
    entry.body(body.length, sha256);
    const refused = options.token === undefined || head.path === '/health' ? null : unauthorized(head.headers['authorization'], options.token);
    const family = families.find((f) => f.nameOf(head.method, head.path) !== null);
    try {
      const served = refused ? plain(refused) : family ? await family.serve({ ...head, body, sha256, entry }, stopping.signal) : notFound();
      await deliver(res, entry, served.answer, served.delivery);
      served.release();
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  }

  function answerTruth(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): void {
    if (path === '/truth/reset' && req.method === 'POST') {
      reset();
      res.writeHead(204).end();
    } else if (path === '/truth' && req.method === 'GET') {
      const last = query.get('last');
      const truth = ledger.truth(open, last === 'all' ? undefined : Number(last ?? LAST));
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(truth));
    } else res.writeHead(405).end();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // A burst of new users must not be refused by the system before we see it.
    server.listen({ port: options.port ?? 0, host: '127.0.0.1', backlog: 4096 }, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    truth: () => ledger.truth(open),
    reset,
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** null: the client left before it had sent all. */
function wholeBody(req: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.once('end', () => resolve(Buffer.concat(parts)));
    req.once('error', () => resolve(null));
    req.once('close', () => resolve(null));
  });
}

function headersOf(req: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}

function masked(headers: Record<string, string>): Record<string, string> {
  const { authorization } = headers;
  return authorization === undefined ? headers : { ...headers, authorization: `${authorization.split(' ')[0]} ***` };
}

function unauthorized(authorization: string | undefined, token: string): Answer | null {
  if (authorization === `Bearer ${token}`) return null;
  const error = authorization?.startsWith('Bearer ') ? 'invalid_token' : 'missing_token';
  return json(401, { detail: 'Not authenticated', error }, { 'www-authenticate': 'Bearer realm="api"' });
}
