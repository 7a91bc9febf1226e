/** A whole server on a free port, with a host of two organizations, and a client that speaks to it as an integrator does. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Host, HostWorkflow, Viewer } from '../../plugin/host.ts';
import type { AnyCloud } from '../../server/clouds/cloud.ts';
import type { Limits } from '../../server/context.ts';
import type { DatabasePlace } from '../../server/db/client.ts';
import type { KeepIntervals } from '../../server/run/keep/store.ts';
import { startServer } from '../../server/start.ts';
import type { Tools } from '../../server/tools/tools.ts';
import type { Framework } from '../../templates/framework.ts';
import { embedded } from './embedded.ts';
import { LIMITS } from './limits.ts';
import { preparedPaths, searchPath, tools as preparedTools } from './places.ts';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly dataFolder: string;
  /** What the server logged as an error: a test that expects none checks it. */
  readonly errors: readonly { fields: object; message: string }[];
  query<T = Record<string, never>>(operation: string, variables?: object, viewer?: string): Promise<T>;
  /** The whole answer, with its errors. */
  raw(operation: string, variables?: object, viewer?: string): Promise<{ data?: unknown; errors?: { message: string; extensions?: { code?: string } }[] }>;
  subscribe<T>(operation: string, variables?: object, viewer?: string): AsyncIterableIterator<T>;
}

export interface TestServerOptions {
  readonly database?: DatabasePlace;
  readonly workflows?: readonly HostWorkflow[];
  readonly target?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  readonly tools?: Tools;
  readonly clouds?: readonly AnyCloud[];
  readonly cloudSettings?: Readonly<Record<string, string>>;
  readonly toolPaths?: Readonly<Record<string, string>>;
  readonly sweepMs?: number;
  readonly stopGraceMs?: number;
  readonly beginWithinMs?: number;
  readonly renewMs?: number;
  readonly keepIntervals?: KeepIntervals;
  readonly foldMs?: number;
  readonly sandbox?: 'off';
  /** Default: off, so that a long plan of a test begins at once. */
  readonly selfCheck?: boolean;
  readonly dataFolder?: string;
  readonly encryptionKey?: Buffer;
  readonly frameworks?: readonly Framework[];
  readonly customTemplates?: string;
  /** Tokens that the host knows no more. */
  readonly expired?: ReadonlySet<string>;
}

const viewer = (id: string, organizationId: string, permissions: string[]): Viewer => ({ id, name: id, organizationId, permissions });
const viewers: Readonly<Record<string, Viewer>> = {
  ada: viewer('ada', 'north', ['load-testing:read', 'load-testing:run']),
  bob: viewer('bob', 'south', ['load-testing:read', 'load-testing:run']),
  guest: viewer('guest', 'north', ['load-testing:read']),
  stranger: viewer('stranger', 'north', []),
};

export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(path.join(tmpdir(), 'load-testing-')));
  const errors: { fields: object; message: string }[] = [];
  const host: Host = {
    identify: async (request, token) => (options.expired?.has(token ?? '') ? null : (viewers[token ?? request.headers.authorization?.replace(/^Bearer /, '') ?? request.headers['x-viewer']?.toString() ?? ''] ?? null)),
    workflows: {
      list: async () => options.workflows ?? [],
      get: async (_viewer, id) => options.workflows?.find((w) => w.id === id) ?? null,
    },
    secrets: { get: async (_viewer, name) => options.secrets?.[name] ?? null },
    target: options.target ? { baseUrl: options.target } : null,
    log: { info() {}, warn() {}, error: (fields, message) => void errors.push({ fields, message }) },
  };
  const server = await startServer({
    host,
    listen: { host: '127.0.0.1', port: 0 },
    database: options.database ?? (await embedded()),
    encryptionKeys: [options.encryptionKey ?? randomBytes(32)],
    tools: options.tools ?? preparedTools,
    ...(options.frameworks ? { frameworks: options.frameworks } : {}),
    customTemplates: options.customTemplates ?? null,
    limits: { ...LIMITS, ...options.limits },
    dataFolder,
    searchPath,
    toolPaths: options.toolPaths ?? (await preparedPaths()),
    ...(options.clouds ? { clouds: options.clouds } : {}),
    cloudSettings: options.cloudSettings ?? {},
    ...(options.sweepMs ? { sweepMs: options.sweepMs } : {}),
    stopGraceMs: options.stopGraceMs ?? 5000,
    ...(options.beginWithinMs === undefined ? {} : { beginWithinMs: options.beginWithinMs }),
    ...(options.renewMs ? { renewMs: options.renewMs } : {}),
    ...(options.keepIntervals ? { keepIntervals: options.keepIntervals } : {}),
    ...(options.foldMs ? { foldMs: options.foldMs } : {}),
    ...(options.sandbox ? { sandbox: options.sandbox } : {}),
    selfCheck: options.selfCheck ?? false,
  });
  const endpoint = `${server.url}/plugins/load-testing/graphql`;

  const raw: TestServer['raw'] = async (query, variables = {}, as = 'ada') => {
    const response = await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/json', 'x-viewer': as }, body: JSON.stringify({ query, variables }) });
    return response.json() as ReturnType<TestServer['raw']>;
  };
  return {
    url: server.url,
    dataFolder,
    errors,
    raw,
    async query<T>(operation: string, variables?: object, as?: string) {
      const { data, errors: problems } = await raw(operation, variables, as);
      if (problems) throw new Error(problems.map((e) => e.message).join('\n'));
      return data as T;
    },
    async *subscribe<T>(query: string, variables: object = {}, as = 'ada') {
      const client = createClient({ url: endpoint.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: { token: as }, retryAttempts: 0 });
      try {
        for await (const { data, errors: problems } of client.iterate<T>({ query, variables: variables as Record<string, unknown> })) {
          if (problems) throw new Error(problems.map((e) => `${e.message} (${e.extensions?.['code']})`).join('\n'));
          if (data) yield data;
        }
      } finally {
        await client.dispose();
      }
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      if (!options.dataFolder) await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
