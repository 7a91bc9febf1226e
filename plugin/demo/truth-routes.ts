/** The truth for another process: `GET /truth` (`?last=` a number or `all`), `POST /truth/reset`, `/truth/restart` and `/truth/revoke`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Truth } from './truth.ts';

/** Details of one answer, unless it is asked for more. */
const LAST = 100;

export interface Teller {
  truth(last?: number): Truth;
  reset(): void;
  restart(): void;
  revoke(): void;
}

export function isTruth(path: string): boolean {
  return path === '/truth' || path.startsWith('/truth/');
}

export function answerTruth(req: IncomingMessage, res: ServerResponse, path: string, query: string, teller: Teller): void {
  const orders: Record<string, () => void> = { '/truth/reset': teller.reset, '/truth/restart': teller.restart, '/truth/revoke': teller.revoke };
  const order = orders[path];
  if (path === '/truth' && req.method === 'GET') {
    const last = new URLSearchParams(query).get('last');
    const truth = teller.truth(last === 'all' ? undefined : Number(last ?? LAST));
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(truth));
  } else if (order && req.method === 'POST') {
    order();
    res.writeHead(204).end();
  } else res.writeHead(path === '/truth' || order ? 405 : 404).end();
}
