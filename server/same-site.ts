import type { IncomingMessage } from 'node:http';

/** No Origin (not a browser), or the page's own. */
export function isSameSite(req: IncomingMessage): boolean {
  const { origin, host } = req.headers;
  return origin === undefined || URL.parse(origin)?.host === host;
}
