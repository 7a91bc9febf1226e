/** An answer, and how it goes over the wire: whole, or broken in one of the ways that a test asks for. */
import type { ServerResponse } from 'node:http';
import type { Entry } from '../ledger/entry.ts';
import type { Closing } from './connections.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Delivery = { readonly how: 'whole' | 'chunked' | 'never' | 'reset' | 'reset_warm' | 'half' } | { readonly how: 'trickle'; readonly forMs: number };

const TRICKLE_EACH_MS = 50;
const CHUNKS = 3;

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return jsonText(status, JSON.stringify(value), headers);
}

export function jsonText(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/**
 * Resolves when nothing more will be sent: it was handed to the system, or the client or we have ended it.
 * @param closing what becomes of the connection after the answer
 */
export async function deliver(res: ServerResponse, entry: Entry, answer: Answer, delivery: Delivery, closing: Closing): Promise<void> {
  // A pipelined answer has its socket only when the one before it is out.
  const { socket } = res.req;
  const closed = new Promise<void>((resolve) => (res.closed ? resolve() : res.once('close', resolve)));
  if (delivery.how === 'never') return closed;
  if (delivery.how === 'reset' || (delivery.how === 'reset_warm' && entry.request.warm)) {
    entry.end('cut', performance.now());
    socket.resetAndDestroy();
    return closed;
  }

  entry.request.status = answer.status;
  res.writeHead(answer.status, { ...answer.headers, ...lengthOf(answer, delivery), ...connectionOf(res, closing) });
  if (delivery.how === 'half') {
    res.write(answer.body.slice(0, Math.floor(answer.body.length / 2)), () => {
      entry.end('cut', performance.now());
      res.destroy();
    });
    return closed;
  }
  if (delivery.how === 'trickle') await trickle(res, paddingOf(delivery));
  const finished = new Promise<void>((resolve) => res.once('finish', resolve));
  if (delivery.how === 'chunked') for (const chunk of chunksOf(answer.body)) res.write(chunk);
  res.end(delivery.how === 'chunked' ? undefined : answer.body);
  // Small answers are in the system's hands at once; the event comes later, when the loop has time for it.
  if (res.socket && socket.writableLength === 0) entry.end('answered', performance.now());
  await Promise.race([finished, closed]);
  if (res.writableFinished) entry.end('answered', performance.now());
  if (closing === 'silent') socket.end();
}

/** A status without a body has no length either (RFC 9110, 8.6). */
function lengthOf({ status, body }: Answer, delivery: Delivery): Record<string, number> {
  if (delivery.how === 'chunked' || status === 204 || status === 304) return {};
  return { 'content-length': Buffer.byteLength(body) + paddingOf(delivery) };
}

/** Like uvicorn: an HTTP/1.1 connection stays open without a word, and without a hint for how long, unless the client wants it closed. */
function connectionOf(res: ServerResponse, closing: Closing): Record<string, string> {
  if (closing === 'announced' || !res.shouldKeepAlive) return { connection: 'close' };
  res.removeHeader('connection');
  return {};
}

function chunksOf(body: string): string[] {
  const size = Math.ceil(body.length / CHUNKS);
  return Array.from({ length: CHUNKS }, (_, i) => body.slice(i * size, (i + 1) * size)).filter((chunk) => chunk !== '');
}

function paddingOf(delivery: Delivery): number {
  return delivery.how === 'trickle' ? Math.ceil(delivery.forMs / TRICKLE_EACH_MS) : 0;
}

/** Spaces before JSON are no part of its value. */
async function trickle(res: ServerResponse, spaces: number): Promise<void> {
  for (let i = 0; i < spaces && !res.destroyed; i++) {
    res.write(' ');
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, TRICKLE_EACH_MS);
      function done() {
        clearTimeout(timer);
        res.off('close', done);
        resolve();
      }
      res.once('close', done);
    });
  }
}
