/** The API server as this provider asks it: by the SDK, with the default chain of credentials. Whatever fails is a problem with a sentence. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AuthenticationV1Api, AuthorizationV1Api, BatchV1Api, ConfigurationOptions, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import pRetry from 'p-retry';
import { CloudProblem } from '../cloud.ts';
import { sentence } from './look.ts';
import { isPassing, problemOf } from './problems.ts';
import type { Settings } from './settings.ts';

export interface Api {
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly authentication: AuthenticationV1Api;
  readonly authorization: AuthorizationV1Api;
  /** Tries again what may pass. `options` must be given to each call of the SDK. */
  ask<T>(request: (options: ConfigurationOptions) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Of a body that says what is to be another. */
  merging(options: ConfigurationOptions): ConfigurationOptions;
  /**
   * The lines of an answer, as they come. Throws when the connection breaks, or nothing comes for a while. One between the API server and a
   * node that breaks looks like an end; half a line, with which it may end, is none.
   */
  lines(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<string>;
}

const TRIES = { retries: 4, minTimeout: 250, maxTimeout: 3000, randomize: true };
const ANSWERED_WITHIN_MS = 15_000;
/** A shard says something each second: a connection on which nothing comes is one that nobody has closed. */
const QUIET_MS = 15_000;

export async function openApi(settings: Settings): Promise<Api> {
  const sdk = await load();
  const config = new sdk.KubeConfig();
  const server = configure(config, settings);

  const authenticate = async (options: https.RequestOptions = {}): Promise<https.RequestOptions> => {
    try {
      await config.applyToHTTPSOptions(options);
      return options;
    } catch (error) {
      // By a program that the kubeconfig names, as clouds have them: its own words.
      throw new CloudProblem(sentence('The credentials of the kubeconfig cannot be had', error instanceof Error ? error.message : String(error)));
    }
  };

  return {
    core: config.makeApiClient(sdk.CoreV1Api),
    batch: config.makeApiClient(sdk.BatchV1Api),
    authentication: config.makeApiClient(sdk.AuthenticationV1Api),
    authorization: config.makeApiClient(sdk.AuthorizationV1Api),
    async ask(request, signal) {
      const once = () => {
        const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWERED_WITHIN_MS)]);
        const pre = (context: InstanceType<typeof sdk.RequestContext>) => {
          context.setSignal(within);
          return new sdk.Observable(Promise.resolve(context));
        };
        return request({ middleware: [{ pre, post: (response) => new sdk.Observable(Promise.resolve(response)) }], middlewareMergeStrategy: 'append' });
      };
      try {
        await authenticate();
        return await pRetry(once, { ...TRIES, signal, shouldRetry: ({ error }) => isPassing(error) });
      } catch (error) {
        signal.throwIfAborted();
        throw problemOf(error, server);
      }
    },
    merging: (options) => sdk.setHeaderOptions('Content-Type', sdk.PatchStrategy.MergePatch, options),
    async *lines(path, query, signal) {
      const url = new URL(`${server}${path}?${new URLSearchParams(query)}`);
      const options = await authenticate({ signal });
      try {
        const response = await answered(url, options);
        response.setEncoding('utf8');
        let rest = '';
        for await (const text of response as AsyncIterable<string>) {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          yield* lines;
        }
      } catch (error) {
        signal.throwIfAborted();
        throw problemOf(error, server);
      }
    },
  };
}

async function load() {
  try {
    return await import('@kubernetes/client-node');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CloudProblem('The client of Kubernetes is not installed beside this plugin: npm install @kubernetes/client-node@2.0.1');
  }
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

/** Throws what is not 200, with its code. */
async function answered(url: URL, options: https.RequestOptions): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (url.protocol === 'http:' ? http : https).get(url, options, resolve);
  // It stays: a connection that breaks later is told here as well.
  request.on('error', reject);
  request.setTimeout(QUIET_MS, () => request.destroy(Object.assign(new Error(`nothing came for ${QUIET_MS / 1000} s`), { code: 'ETIMEDOUT' })));
  const response = await promise;
  if (response.statusCode === 200) return response;
  const body = (await response.setEncoding('utf8').toArray()).join('');
  throw Object.assign(new Error(`the API server answered ${response.statusCode}`), { code: response.statusCode, body });
}
