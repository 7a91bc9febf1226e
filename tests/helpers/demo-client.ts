/** Demo targets for one test file, and an HTTP client that shows what really came back. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type DemoTarget, type DemoTargetOptions, startDemoTarget } from '../../plugin/demo/target.ts';

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly json: any;
}

export type Headers = Readonly<Record<string, string>>;

export class DemoClient implements AsyncDisposable {
  readonly target: DemoTarget;
  /** Keeps its connections, as virtual users do. */
  readonly #agent = new Agent({ keepAlive: true });
  /** Sent with every request. */
  headers: Headers = {};

  constructor(target: DemoTarget) {
    this.target = target;
  }

  static async start(options: DemoTargetOptions = {}): Promise<DemoClient> {
    return new DemoClient(await startDemoTarget(options));
  }

  send(method: string, path: string, body = '', headers: Headers = {}): Promise<Got> {
    const { promise, resolve, reject } = Promise.withResolvers<Got>();
    const all = { 'content-type': 'application/json', ...this.headers, ...headers };
    const req = request({ agent: this.#agent, port: this.target.port, host: '127.0.0.1', method, path, headers: all });
    req.once('error', reject);
    req.once('response', (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (part) => {
        text += part;
      });
      res.once('error', reject);
      res.once('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined }));
    });
    req.end(body);
    return promise;
  }

  get = (path: string, headers: Headers = {}) => this.send('GET', path, '', headers);

  post = (path: string, body: string | object, headers: Headers = {}) => this.send('POST', path, typeof body === 'string' ? body : JSON.stringify(body), headers);

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.target.stop();
  }
}

/** A definition of two nodes, `a` and `b`, with this behaviour. */
export const definition = (demo: object) => ({ nodes: [{ id: 'a', type: 'PythonCodeNode', parameters: {} }, { id: 'b', type: 'MergeNode' }], edges: [], metadata: { demo } });
