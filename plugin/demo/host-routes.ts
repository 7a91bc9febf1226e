/** The stand-in host's own addresses: its page at `/`, and its workflows under `/host/workflows`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostPagePolicy } from './page.ts';
import type { WorkflowStore } from './workflow-store.ts';

const PATH = '/host/workflows';
/** Above what a definition may have, so that the reader's own sentence is the one a user sees. */
const MOST_BYTES = 12 * 1024 * 1024;

/** @returns a handler that says whether the request was one of these */
export function hostRoutes(store: WorkflowStore, page: string): (req: IncomingMessage, res: ServerResponse) => Promise<boolean> {
  return async (req, res) => {
    const url = URL.parse(req.url ?? '/', 'http://host');
    if (url?.pathname === '/') {
      if (req.method === 'GET' || req.method === 'HEAD') sendPage(req, res, page);
      else send(res, 405, { message: 'This page is only for reading.' });
      return true;
    }
    if (url?.pathname !== PATH && !url?.pathname.startsWith(`${PATH}/`)) return false;
    const id = decoded(url.pathname.slice(PATH.length + 1));
    if (req.method === 'GET' && id === '') send(res, 200, store.list());
    else if (!isOwnPage(req)) send(res, 403, { message: 'Workflows are added and removed on this host\'s own page only.' });
    else if (req.method === 'POST' && id === '') await add(req, res, store, url.searchParams.get('name') ?? '');
    else if (req.method === 'DELETE' && id !== '') (await store.remove(id)) ? res.writeHead(204).end() : send(res, 404, { message: 'There is no such workflow of your own.' });
    else send(res, 405, { message: 'That cannot be done here.' });
    return true;
  };
}

async function add(req: IncomingMessage, res: ServerResponse, store: WorkflowStore, name: string): Promise<void> {
  const body = await textOf(req);
  if (body.text === undefined) return send(res, 422, { message: body.message });
  const { item, message } = await store.add(body.text, name);
  if (item) send(res, 201, item);
  else send(res, 422, { message });
}

async function textOf(req: IncomingMessage): Promise<{ text: string } | { text?: undefined; message: string }> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    bytes += part.length;
    // Read on without keeping it: an answer before the end of a body reaches few clients.
    if (bytes <= MOST_BYTES) parts.push(part);
  }
  if (bytes > MOST_BYTES) return { message: `The definition has ${(bytes / 1024 / 1024).toFixed(1)} MB; at most 10 MB can be read.` };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts)) };
  } catch {
    return { message: 'This is not text in UTF-8.' };
  }
}

/** Another site's page may send a POST here without asking; its browser says where it came from. */
function isOwnPage(req: IncomingMessage): boolean {
  const { origin } = req.headers;
  return origin === undefined || URL.parse(origin)?.host === req.headers.host;
}

function sendPage(req: IncomingMessage, res: ServerResponse, page: string): void {
  res.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': hostPagePolicy(page),
    'x-content-type-options': 'nosniff',
  });
  res.end(req.method === 'HEAD' ? undefined : page);
}

function send(res: ServerResponse, status: number, value: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // no workflow has such an id
  }
}
