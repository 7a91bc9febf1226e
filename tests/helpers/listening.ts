/** A server that keeps what comes, as it came. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Listening extends AsyncDisposable {
  readonly url: string;
  /** In the order in which they were through. */
  readonly seen: readonly Seen[];
}

/** Answers each request with 200; `answer` is told its number, from 1. */
export async function listening(answer: (count: number) => { readonly headers?: Record<string, string>; readonly body: string }): Promise<Listening> {
  const seen: Seen[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (part: string) => { body += part; });
    req.once('end', () => {
      seen.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body });
      const answered = answer(seen.length);
      res.writeHead(200, answered.headers ?? {}).end(answered.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, seen, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}
