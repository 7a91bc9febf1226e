/** Where the SDK's requests arrive, of ECS and of CloudWatch Logs: each is held against botocore's model of it, and may be made to fail. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from './ecs.ts';
import type { Python } from './python.ts';
import type { LogSearch } from './log-search.ts';
import { Refused } from './refused.ts';

/** What an operation answers instead. */
export interface Fault {
  readonly operation: string;
  /** So many times. */
  times: number;
  /** null: the connection breaks; 'lost': it does so when what was asked for has been done. */
  readonly answer: 'lost' | { readonly name: string; readonly message: string; readonly status?: number } | null;
}

export interface Endpoint extends AsyncDisposable {
  readonly url: string;
  readonly faults: Fault[];
  /** What botocore found wrong: of nothing, if all is well. */
  readonly violations: string[];
  readonly requests: { readonly operation: string; readonly body: unknown }[];
}

const SERVICES: Readonly<Record<string, 'ecs' | 'logs'>> = { AmazonEC2ContainerServiceV20141113: 'ecs', Logs_20140328: 'logs' };

export async function startEndpoint({ account, search, python }: { readonly account: Account; readonly search: LogSearch; readonly python: Python }): Promise<Endpoint> {
  const [faults, violations, requests]: [Fault[], string[], Endpoint['requests']] = [[], [], []];

  async function answer(target: string, text: string): Promise<unknown> {
    const [version = '', operation = ''] = target.split('.');
    const service = SERVICES[version];
    if (!service) throw new Refused('UnknownOperationException', `unknown target ${target}`);
    const body = JSON.parse(text) as never;
    requests.push({ operation, body });
    const wrong = await python.wrong({ service, operation, body });
    if (wrong !== null) {
      violations.push(`${operation}: ${wrong}`);
      throw new Refused('InvalidParameterException', wrong);
    }
    const fault = faults.find((one) => one.operation === operation && one.times > 0);
    if (fault) {
      fault.times -= 1;
      if (fault.answer === null) return null;
      if (fault.answer === 'lost') {
        await answered(service, operation, body);
        return null;
      }
      throw Object.assign(new Refused(fault.answer.name, fault.answer.message), { status: fault.answer.status ?? 400 });
    }
    return answered(service, operation, body);
  }

  async function answered(service: 'ecs' | 'logs', operation: string, body: never): Promise<unknown> {
    if (service === 'logs') return search.ask(operation, body);
    const run = account.operations[operation as keyof Account['operations']];
    if (!run) throw new Refused('UnknownOperationException', `${operation} is not known here`);
    return run(body);
  }

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    try {
      if (!/^AWS4-HMAC-SHA256 Credential=\S+, SignedHeaders=\S+, Signature=/.test(request.headers.authorization ?? '')) throw new Refused('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
      const body = await answer(String(request.headers['x-amz-target']), text);
      if (body === null) request.socket.destroy();
      else send(response, 200, body);
    } catch (error) {
      if (!(error instanceof Refused)) violations.push(`the account has a bug: ${(error as Error).stack}`);
      const { name, message, status = 400 } = error as Error & { status?: number };
      send(response, status, { __type: name, message });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    violations,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
