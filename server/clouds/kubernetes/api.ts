/** The API server as this provider asks it: by the SDK, with the default chain of credentials. Whatever fails is a problem with a sentence. */
import type { AuthenticationV1Api, AuthorizationV1Api, BatchV1Api, CoreV1Api, KubeConfig, RequestContext, ResponseContext } from '@kubernetes/client-node';
import pRetry, { type Options } from 'p-retry';
import { CloudProblem } from '../cloud.ts';
import { library } from '../library.ts';
import { isPassing } from '../problem.ts';
import { CONTAINER } from './order.ts';
import { problemOf, refused, sentence } from './problems.ts';
import type { Settings } from './settings.ts';

/** All that is asked by it ends with its signal. */
export interface Api {
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly authentication: AuthenticationV1Api;
  readonly authorization: AuthorizationV1Api;
  /**
   * The lines of a pod's log, as they come. Throws when the connection breaks, or nothing comes for a while. One between the API server and a
   * node that breaks looks like an end; half a line, with which it may end, is none.
   */
  lines(pod: string, query?: Readonly<Record<string, string>>): AsyncIterable<string>;
}

/** @param tries what may pass is asked for again so often, and so long */
export type Access = (signal: AbortSignal, tries?: Options) => Api;

const TRIES: Options = { retries: 4, minTimeout: 250, maxTimeout: 3000, randomize: true, shouldRetry: ({ error }) => isPassing(error) };
/** An API server that is upgraded is away for minutes. The load goes on meanwhile, and its nodes keep the lines: it is waited for. */
export const PATIENTLY: Options = { ...TRIES, retries: Number.POSITIVE_INFINITY, maxRetryTime: 300_000 };

const ANSWERED_WITHIN_MS = 15_000;
/** A shard says something each second: a connection on which nothing comes is one that nobody has closed. */
const QUIET_MS = 15_000;

export async function openApi(settings: Settings): Promise<Access> {
  const sdk = await library('Kubernetes', '@kubernetes/client-node@2.0.1', () => import('@kubernetes/client-node'));
  const config = new sdk.KubeConfig();
  const server = configure(config, settings);
  const http = new sdk.IsomorphicFetchHttpLibrary();
  const namespace = settings.LOAD_TESTING_KUBERNETES_NAMESPACE ?? '';

  const answer = async (request: RequestContext, signal: AbortSignal): Promise<ResponseContext> => {
    await config.applySecurityAuthentication(request).catch((error: unknown) => {
      // By a program that the kubeconfig names, as clouds have them: its own words.
      throw new CloudProblem(sentence('The credentials of the kubeconfig cannot be had', error instanceof Error ? error.message : String(error)));
    });
    request.setSignal(signal);
    const response = await http.send(request).toPromise();
    if (response.httpStatusCode >= 300) throw refused(response.httpStatusCode, await response.body.text());
    return response;
  };
  const answerWhole = async (request: RequestContext, signal: AbortSignal): Promise<ResponseContext> => {
    try {
      const response = await answer(request, AbortSignal.any([signal, AbortSignal.timeout(ANSWERED_WITHIN_MS)]));
      const text = await response.body.text();
      return new sdk.ResponseContext(response.httpStatusCode, response.headers, { ...response.body, text: async () => text });
    } catch (error) {
      throw problemOf(error, server);
    }
  };

  return (signal, tries = TRIES) => {
    const configuration = sdk.createConfiguration({
      baseServer: new sdk.ServerConfiguration(server, {}),
      httpApi: sdk.wrapHttpLibrary({ send: (request) => pRetry(() => answerWhole(request, signal), { ...tries, signal }) }),
    });
    return {
      namespace,
      signal,
      core: new sdk.CoreV1Api(configuration),
      batch: new sdk.BatchV1Api(configuration),
      authentication: new sdk.AuthenticationV1Api(configuration),
      authorization: new sdk.AuthorizationV1Api(configuration),
      async *lines(pod, query = {}) {
        const quiet = new AbortController();
        const timer = setTimeout(() => quiet.abort(new DOMException('', 'TimeoutError')), QUIET_MS);
        const of = new URLSearchParams({ container: CONTAINER, ...query });
        const request = new sdk.RequestContext(`${server}/api/v1/namespaces/${namespace}/pods/${pod}/log?${of}`, sdk.HttpMethod.GET);
        try {
          const { body } = await answer(request, AbortSignal.any([signal, quiet.signal]));
          const decoder = new TextDecoder();
          let rest = '';
          for await (const bytes of body.stream() ?? []) {
            timer.refresh();
            const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
            rest = lines.pop() ?? '';
            yield* lines;
          }
        } catch (error) {
          throw problemOf(error, server);
        } finally {
          clearTimeout(timer);
        }
      },
    };
  };
}

/** @returns the address of the API server */
function configure(config: KubeConfig, { LOAD_TESTING_KUBERNETES_CONTEXT: context }: Settings): string {
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new CloudProblem(sentence('The kubeconfig cannot be read', error instanceof Error ? error.message : String(error)));
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) throw new CloudProblem(`The kubeconfig has no context "${context}". It has ${config.getContexts().map(({ name }) => name).join(', ') || 'none'}.`);
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  // What the SDK makes up where it has found nothing.
  if (!cluster || cluster.server === 'http://localhost:8080') throw new CloudProblem('There is no access to a Kubernetes: this server runs in no pod, and has no kubeconfig (KUBECONFIG, or .kube/config in its home folder) with a current context.');
  return cluster.server.replace(/\/$/, '');
}
