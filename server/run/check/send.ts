/** One request to a target, as the scripts send it: to no refused address, no redirect followed, the whole answer within its time. */
import { Agent, type ClientRequestArgs, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as SecureAgent, request as requestHttps } from 'node:https';
import { failureOf, guarded } from '../../../templates/journey.ts';

export interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
}

export type Incoming = { readonly status: number; readonly body: string } | { readonly failure: readonly [outcome: string, detail: string] };

/** A longer answer is read no further. */
const MOST_BYTES = 20_000_000;

const GuardedAgent = guarded(Agent);
const GuardedSecureAgent = guarded(SecureAgent as typeof Agent);

/** Rejects for nothing that a target does: what went wrong is its answer. */
export async function send({ url, method, headers, body, timeoutMs }: Outgoing): Promise<Incoming> {
  const { promise, resolve, reject } = Promise.withResolvers<Incoming>();
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const isSecure = protocol === 'https:';
  // A connection of its own, closed afterwards.
  const agent = new (isSecure ? GuardedSecureAgent : GuardedAgent)({ keepAlive: false });
  const length: Record<string, number> = body === null ? {} : { 'content-length': Buffer.byteLength(body) };
  const args: ClientRequestArgs = { agent, protocol, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port, path: `${pathname}${search}`, method, headers: { ...headers, ...length } };
  const sent = (isSecure ? requestHttps : requestHttp)(args);
  const timer = setTimeout(() => sent.destroy(Object.assign(new Error(`no complete answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })), timeoutMs);
  // Of the errors of a connection the first one counts, and none of them ends the process.
  sent.on('error', reject).once('response', (response) => void textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), reject));
  sent.end(body ?? undefined);
  try {
    return await promise;
  } catch (error) {
    return { failure: failureOf(error as Error) };
  } finally {
    clearTimeout(timer);
    sent.destroy();
    agent.destroy();
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) throw new Error(`its answer is longer than ${MOST_BYTES / 1e6} MB`);
  }
  return Buffer.concat(chunks).toString();
}
