/** Where the SDK's requests arrive: Azure Resource Manager by TLS. Each request and each answer is held against the SDK's own description, and may be made to fail. */
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { certificate } from '../../helpers/certificate.ts';
import { type Model, wrongIn } from './schema.ts';
import type { Service } from './service.ts';
import type { Shells } from './shell.ts';
import { type GroupBody, Refused } from './wire.ts';

const VERSION = '2023-05-01';
const MOST_BODY = 4 * 1024 * 1024;
export const TOKEN = 'the-token-of-this-bed';

/** With the right that it needs: Microsoft.ContainerInstance/... */
const RIGHTS = {
  make: 'containerGroups/write',
  get: 'containerGroups/read',
  list: 'containerGroups/read',
  remove: 'containerGroups/delete',
  stop: 'containerGroups/stop/action',
  logs: 'containerGroups/containers/logs/read',
  exec: 'containerGroups/containers/exec/action',
  operation: 'locations/operations/read',
} as const;
export type Asked = keyof typeof RIGHTS;

export interface Arm extends AsyncDisposable {
  readonly url: string;
  readonly ca: string;
  /** What was wrong: nothing, if all is well. */
  readonly violations: string[];
  readonly requests: { readonly asked: Asked; readonly name: string; readonly body: unknown }[];
  /** Rights that what was asked needed. */
  readonly rights: Set<string>;
  /** @param how 'broken': the connection breaks; 'lost': it does so when what was asked for has been done */
  fail(asked: Asked, how: Refused | 'broken' | 'lost', times?: number): void;
  /** Nothing fails any more. */
  recover(): void;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly model?: Model;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ArmOptions {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly service: Service;
  readonly shells: Shells;
}

export async function startArm({ subscription, resourceGroup, service, shells }: ArmOptions): Promise<Arm> {
  const { key, cert } = await certificate('127.0.0.1');
  const violations: string[] = [];
  const requests: Arm['requests'] = [];
  const rights = new Set<string>();
  const faults: { readonly asked: Asked; readonly how: Refused | 'broken' | 'lost'; times: number }[] = [];
  let url = '';
  const root = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups`;
  const operations = `/subscriptions/${subscription}/providers/Microsoft.ContainerInstance/locations/westeurope/operations/`;
  const later = (operation: string) => ({ 'azure-asyncoperation': `${url}${operations}${operation}?api-version=${VERSION}` });

  function found(method: string, path: string): { readonly asked: Asked; readonly name: string } {
    if (path.startsWith(operations) && method === 'GET') return { asked: 'operation', name: path.slice(operations.length) };
    if (!path.startsWith('/subscriptions/')) throw new Refused(404, 'NotFound', path);
    if (!path.startsWith(`/subscriptions/${subscription}/`)) throw new Refused(404, 'SubscriptionNotFound', `The subscription '${path.split('/')[2]}' could not be found.`);
    if (!path.startsWith(root)) throw new Refused(404, 'ResourceGroupNotFound', `Resource group '${path.split('/')[4]}' could not be found.`);
    const [, name = '', ...rest] = path.slice(root.length).split('/');
    const routes: Readonly<Record<string, Asked>> = { 'GET ': name === '' ? 'list' : 'get', 'PUT ': 'make', 'DELETE ': 'remove', 'POST stop': 'stop', 'POST containers/shard/exec': 'exec', 'GET containers/shard/logs': 'logs' };
    const asked = routes[`${method} ${rest.join('/')}`];
    if (!asked) throw new Refused(404, 'InvalidResourceType', `${method} ${path} is not known here`);
    return { asked, name };
  }

  function answered(asked: Asked, name: string, body: unknown, query: URLSearchParams): Answer {
    switch (asked) {
      case 'make': {
        const { group, operation } = service.make(`${root}/${name}`, name, body as GroupBody);
        return { status: 201, model: 'ContainerGroup', body: group.answer({ isList: false }), headers: later(operation) };
      }
      case 'get':
        return { status: 200, model: 'ContainerGroup', body: service.of(name).answer({ isList: false }) };
      case 'list':
        return listed(query);
      case 'remove': {
        const operation = service.remove(name);
        return operation === null ? { status: 204 } : { status: 202, headers: later(operation) };
      }
      case 'stop':
        service.of(name).stop();
        return { status: 204 };
      case 'exec': {
        const group = service.of(name);
        if (!group.isRunning) throw new Refused(409, 'ContainerNotRunning', `The container 'shard' in container group '${name}' is not running.`);
        return { status: 200, model: 'ContainerExecResponse', body: shells.open(() => group.signal('SIGTERM')) };
      }
      case 'logs':
        return { status: 200, model: 'Logs', body: { content: service.log(name, query.has('tail') ? Number(query.get('tail')) : null) } };
      case 'operation':
        return { status: 200, body: service.operation(name) };
    }
  }

  /** Small pages, so that there are several. */
  function listed(query: URLSearchParams): Answer {
    const [from, most] = [Number(query.get('$skiptoken') ?? 0), 3];
    const all = [...service.groups.values()];
    const value = all.slice(from, from + most).map((group) => group.answer({ isList: true }));
    return { status: 200, model: 'ContainerGroupListResult', body: { value, ...(from + most < all.length ? { nextLink: `${url}${root}?api-version=${VERSION}&$skiptoken=${from + most}` } : {}) } };
  }

  async function answer(request: IncomingMessage): Promise<Answer | null> {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.headers.authorization !== `Bearer ${TOKEN}`) throw new Refused(401, 'InvalidAuthenticationToken', 'The access token is invalid.');
    const { asked, name } = found(request.method ?? '', decodeURIComponent(pathname));
    if (searchParams.get('api-version') !== VERSION) violations.push(`${asked}: version ${searchParams.get('api-version')}`);
    if (text.length > MOST_BODY) throw new Refused(413, 'RequestEntityTooLarge', 'The request content size exceeds the maximum size of 4 MB.');
    const body: unknown = text === '' ? null : JSON.parse(text);
    requests.push({ asked, name, body });
    rights.add(`Microsoft.ContainerInstance/${RIGHTS[asked]}`);
    const model = asked === 'make' ? 'ContainerGroup' : asked === 'exec' ? 'ContainerExecRequest' : null;
    const wrong = model ? wrongIn(model, body, { isAnswer: false }) : [];
    if (wrong.length > 0) {
      violations.push(...wrong.map((one) => `${asked}: ${one}`));
      throw new Refused(400, 'InvalidRequestContent', wrong.join('; '));
    }
    const fault = faults.find((one) => one.asked === asked && one.times > 0);
    if (fault) {
      fault.times -= 1;
      if (fault.how instanceof Refused) throw fault.how;
      if (fault.how === 'lost') answered(asked, name, body, searchParams);
      return null;
    }
    return answered(asked, name, body, searchParams);
  }

  const server = createServer({ key, cert }, async (request, response) => {
    try {
      const told = await answer(request);
      if (told === null) return void request.socket.destroy();
      if (told.model) violations.push(...wrongIn(told.model, told.body, { isAnswer: true }).map((one) => `an answer: ${one}`));
      send(response, told);
    } catch (error) {
      if (!(error instanceof Refused)) violations.push(`the bed has a bug: ${(error as Error).stack}`);
      const { http = 500, code = 'InternalServerError', message, headers = {} } = error as Refused;
      send(response, { status: http, body: { error: { code, message } }, headers });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    ca: cert,
    violations,
    requests,
    rights,
    fail: (asked, how, times = 1) => void faults.push({ asked, how, times }),
    recover: () => void faults.splice(0),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}
