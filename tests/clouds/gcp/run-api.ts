/** The Cloud Run Admin API as a server of this machine: each request and each answer is held to Google's description of it. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refused, type Service } from './service.ts';
import type { Description, Matched } from './schema.ts';

export interface RunApi extends AsyncDisposable {
  readonly url: string;
  /** What was wrong with requests, or with answers: a test that expects none checks it. */
  readonly violations: readonly string[];
  /** Requests so far, by the method's own name, with their bodies. */
  readonly requests: readonly { readonly method: string; readonly url: string; readonly body: unknown }[];
  /** The next calls of this method are answered so. `afterwards`: what was asked is done all the same. */
  fail(method: string, refused: Refused, more?: { readonly times?: number; readonly afterwards?: boolean }): void;
  /** None fails any more. */
  recover(): void;
}

const PREFIX = 'run.projects.locations.';
const DEFAULT_WAIT_MS = 30_000;

export async function startRunApi(description: Description, service: Service): Promise<RunApi> {
  const violations: string[] = [];
  const requests: { method: string; url: string; body: unknown }[] = [];
  const failing = new Map<string, { refused: Refused; times: number; afterwards: boolean }>();

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const text = (await request.toArray()).join('');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const matched = description.match(request.method ?? '', url.pathname);
    if (!matched) {
      violations.push(`${request.method} ${url.pathname}: no such method`);
      throw new Refused(404, 'NOT_FOUND', 'The requested URL was not found on this server.');
    }
    const method = matched.method.id.replace(PREFIX, '');
    requests.push({ method, url: request.url ?? '', body });
    const wrong = description.request(matched.method, url.searchParams, body);
    if (wrong.length > 0) {
      violations.push(...wrong.map((line) => `${method} ${line}`));
      throw new Refused(400, 'INVALID_ARGUMENT', `Invalid JSON payload received. ${wrong.join('; ')}`);
    }
    const fault = failing.get(method);
    if (fault && --fault.times <= 0) failing.delete(method);
    if (fault && !fault.afterwards) throw fault.refused;
    const answered = await call(service, matched, method, url.searchParams, body);
    violations.push(...description.answer(matched.method, answered).map((line) => `answer of ${method} ${line}`));
    if (fault) throw fault.refused;
    return answered;
  };

  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    answer(request).then(
      (body) => response.end(JSON.stringify(body)),
      (error: unknown) => {
        const { http, status, message, reason } = error instanceof Refused ? error : new Refused(500, 'INTERNAL', (error as Error).message);
        response.statusCode = http;
        response.end(JSON.stringify({ error: { code: http, status, message, ...(reason ? { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }] } : {}) } }));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    violations,
    requests,
    fail: (method, refused, { times = 1, afterwards = false } = {}) => void failing.set(method, { refused, times, afterwards }),
    recover: () => failing.clear(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function call(service: Service, { path: [project, location, first, second] }: Matched, method: string, query: URLSearchParams, body: unknown): Promise<unknown> {
  const parent = `projects/${project}/locations/${location}`;
  const job = `${parent}/jobs/${first}`;
  const execution = `${job}/executions/${second}`;
  switch (method) {
    case 'jobs.create':
      return service.create(parent, query.get('jobId') ?? '', body as object);
    case 'jobs.get':
      return service.job(job);
    case 'jobs.list':
      return page('jobs', service.jobsIn(parent), query);
    case 'jobs.run':
      return service.run(job);
    case 'jobs.delete':
      return service.deleteJob(job);
    case 'jobs.executions.list':
      return page('executions', service.executionsOf(job), query);
    case 'jobs.executions.get':
      return service.execution(execution);
    case 'jobs.executions.cancel':
      return service.cancel(execution);
    case 'jobs.executions.delete':
      return service.deleteExecution(execution);
    case 'jobs.executions.tasks.list':
      return page('tasks', service.tasksOf(execution), query);
    case 'operations.wait':
      return service.wait(`${parent}/operations/${first}`, Number.parseFloat((body as { timeout?: string }).timeout ?? '') * 1000 || DEFAULT_WAIT_MS);
    default:
      throw new Refused(501, 'UNIMPLEMENTED', `This bed has no ${method}.`);
  }
}

/** Small ones, so that there is a second. */
const MOST_OF_A_PAGE = 2;

function page(name: string, all: readonly object[], query: URLSearchParams): object {
  const from = Number(query.get('pageToken') ?? 0);
  const to = from + Math.min(MOST_OF_A_PAGE, Number(query.get('pageSize') ?? MOST_OF_A_PAGE));
  return { [name]: all.slice(from, to), ...(to < all.length ? { nextPageToken: String(to) } : {}) };
}
