/** What the two families of servers, Studio and gateway, have in common. */
import { type Answer, json } from './answer.ts';
import type { Served } from './execution.ts';
import type { Entry } from './ledger.ts';

export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Hex. */
  readonly sha256: string;
  readonly entry: Entry;
}

export interface Family {
  /** The name a request is counted under; null: not a path of this family. */
  nameOf(method: string, path: string): string | null;
  serve(incoming: Incoming, signal: AbortSignal): Promise<Served>;
}

export function plain(answer: Answer): Served {
  return { answer, delivery: { how: 'whole' }, release: () => undefined };
}

export const notFound = (): Served => plain(json(404, { detail: 'Not Found' }));
export const methodNotAllowed = (): Served => plain(json(405, { detail: 'Method Not Allowed' }));

/** FastAPI's shape of a refused body. */
export function invalid(type: string, loc: readonly (string | number)[], msg: string): Served {
  return plain(json(422, { detail: [{ type, loc: ['body', ...loc], msg }] }));
}

export type ReadBody = { readonly value: unknown; readonly refused?: undefined } | { readonly value?: undefined; readonly refused: Served };

export function readJson({ headers, body }: Incoming): ReadBody {
  const type = headers['content-type'] ?? '';
  if (body.length === 0) return { refused: invalid('missing', [], 'Field required') };
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) return { refused: invalid('model_attributes_type', [], 'Input should be a valid dictionary or object to extract fields from') };
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch (error) {
    return { refused: invalid('json_invalid', [0], `JSON decode error: ${(error as Error).message}`) };
  }
}

/** A session cookie for who has none yet: so that a test sees whether each virtual user keeps its own. */
export function withCookie(served: Served, wanted: boolean, { headers, entry }: Incoming): Served {
  if (!wanted || headers['cookie'] !== undefined) return served;
  const cookie = `demo_session=${entry.request.connection}-${Math.round(entry.arrived * 1000)}; Path=/; HttpOnly`;
  return { ...served, answer: { ...served.answer, headers: { ...served.answer.headers, 'set-cookie': cookie } } };
}
