/**
 * The demo target: an HTTP server on loopback that behaves like a Studio, a Kailash gateway and a Kailash sessions server,
 * and knows the truth about what it received. Asking for the truth is no part of it.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BadDemo } from './executions/behaviour.ts';
import type { Served } from './executions/execution.ts';
import { Access } from './families/access.ts';
import { invalid } from './families/body.ts';
import { type Family, type Incoming, notFound, plain } from './families/family.ts';
import { gateway } from './families/gateway.ts';
import { LIFE_MS, LOGIN_PATH, login } from './families/login.ts';
import { sessions } from './families/sessions.ts';
import { studio } from './families/studio.ts';
import { Tokens } from './families/tokens.ts';
import type { Entry } from './ledger/entry.ts';
import { Ledger } from './ledger/ledger.ts';
import type { DemoTargetOptions } from './options.ts';
import type { Truth } from './truth.ts';
import { answerTruth, isTruth } from './truth-routes.ts';
import { deliver } from './wire/answer.ts';
import type { Closing } from './wire/connections.ts';
import { listen, type Listener } from './wire/listener.ts';

export type { DemoTargetOptions } from './options.ts';

export interface DemoTarget {
  /** Without a final slash. */
  readonly url: string;
  readonly port: number;
  truth(): Truth;
  /** As freshly started: the truth, the sequence of delays, queues, the cache, sessions, executions and tokens. */
  reset(): void;
  /** As started anew, in mid-run: sessions, executions, queues and tokens are gone, the truth goes on. */
  restart(): void;
  /** No token that the login has given out is good any more. */
  revoke(): void;
  /** Ends every connection; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** What a reset makes anew; a restart, all but the ledger. */
interface Memory {
  readonly ledger: Ledger;
  readonly families: readonly Family[];
  readonly access: Access;
  readonly tokens: Tokens | null;
}

export async function startDemoTarget(options: DemoTargetOptions = {}): Promise<DemoTarget> {
  let memory = freshMemory(options);
  const stopping = new AbortController();
  const truth = (last?: number) => memory.ledger.truth(listener.connections.open, last);
  const reset = () => {
    memory = freshMemory(options);
  };
  const restart = () => {
    memory = { ...freshMemory(options), ledger: memory.ledger };
  };
  const revoke = () => memory.tokens?.revoke();

  const listener: Listener = await listen(
    { port: options.port ?? 0, keepAliveMs: options.keepAliveMs ?? 5000, closeAfter: options.closeAfter ?? null, tls: options.tls ?? null },
    onRequest,
    ({ open }) => memory.ledger.countConnection(open),
  );

  function onRequest(req: IncomingMessage, res: ServerResponse): void {
    const arrived = performance.now();
    const connection = listener.connections.of(req.socket);
    connection.requests += 1;
    const [path = '/', query = ''] = (req.url ?? '/').split(/\?(.*)/s);
    const { ledger, families, access } = memory;
    if (isTruth(path)) {
      if (connection.requests === 1) ledger.uncountConnection();
      answerTruth(req, res, path, query, { truth, reset, restart, revoke });
      return;
    }
    const method = req.method ?? 'GET';
    const family = families.find((f) => f.nameOf(method, path) !== null);
    const headers = headersOf(req);
    const entry = ledger.receive({
      name: family?.nameOf(method, path) ?? 'other',
      arrived,
      connection: { ...connection, warm: connection.requests > 1 },
      headers: access.masked(headers),
      secret: path === LOGIN_PATH,
    });
    res.once('close', () => entry.end(res.writableFinished ? 'answered' : 'aborted', performance.now()));
    const open = path === '/health' || (memory.tokens !== null && path === LOGIN_PATH);
    const checked = open ? { user: null } : access.check(headers);
    void handle(req, res, entry, listener.connections.closingAfter(connection), async (body, sha256) => {
      if (checked.refused) return plain(checked.refused);
      return family?.serve({ method, path, query, headers, body, sha256, entry, user: checked.user } satisfies Incoming, stopping.signal) ?? notFound();
    });
  }

  async function handle(req: IncomingMessage, res: ServerResponse, entry: Entry, closing: Closing, serve: (body: Buffer, sha256: string) => Promise<Served>): Promise<void> {
    const body = await wholeBody(req);
    if (body === null) return;
    const sha256 = createHash('sha256').update(body).digest('hex');
    entry.body(body, sha256);
    try {
      const served = await serve(body, sha256).catch(refusedDemo);
      await deliver(res, entry, served.answer, served.delivery, closing);
      served.release();
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  }

  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${listener.port}`,
    port: listener.port,
    truth: () => truth(),
    reset,
    restart,
    revoke,
    async stop() {
      stopping.abort();
      await listener.stop();
    },
  };
}

function freshMemory({ seed = 1, workflows = {}, cache = true, keep = 50_000, keepBodies = 0, ...options }: DemoTargetOptions): Memory {
  const tokens = options.login ? new Tokens({ kind: options.login.kind ?? 'jwt', lifeMs: options.login.lifeMs ?? LIFE_MS }) : null;
  return {
    ledger: new Ledger({ keep, keepBodies }),
    families: [...(options.login && tokens ? [login(options.login, tokens)] : []), studio(seed), gateway({ seed, workflows, cache }), sessions({ seed, workflows })],
    access: new Access({ token: options.token ?? null, apiKey: options.apiKey ?? null, tokens, username: options.login?.username ?? null }),
    tokens,
  };
}

/** A behaviour that does not exist: the request is wrong. */
function refusedDemo(error: unknown): Served {
  if (error instanceof BadDemo) return invalid({ type: 'value_error', loc: ['body', 'demo'], msg: error.message });
  throw error;
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
