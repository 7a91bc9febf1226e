/** What the families of servers on the demo target have in common. */
import type { Served } from '../executions/execution.ts';
import type { Entry } from '../ledger/entry.ts';
import { type Answer, json } from '../wire/answer.ts';

export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Hex. */
  readonly sha256: string;
  readonly entry: Entry;
  /** Who showed a credential; null: the server is open. */
  readonly user: string | null;
}

export interface Family {
  /** The name a request is counted under; null: not a path of this family. */
  nameOf(method: string, path: string): string | null;
  /** `BadDemo` becomes a 422. */
  serve(incoming: Incoming, signal: AbortSignal): Promise<Served>;
}

export function plain(answer: Answer): Served {
  return { answer, delivery: { how: 'whole' }, release: () => undefined };
}

export const notFound = (detail = 'Not Found'): Served => plain(json(404, { detail }));
export const methodNotAllowed = (allow: string): Served => plain(json(405, { detail: 'Method Not Allowed' }, { allow }));
export const notImitated = (what: string): Served => plain(json(501, { detail: `This demo server has no ${what}.` }));

/** A session cookie for who has none yet: so that a test sees whether each virtual user keeps its own. */
export function withCookie(served: Served, wanted: boolean, { headers, entry }: Incoming): Served {
  if (!wanted || headers['cookie'] !== undefined) return served;
  const cookie = `demo_session=${entry.request.connection}-${Math.round(entry.arrived * 1000)}; Path=/; HttpOnly`;
  return { ...served, answer: { ...served.answer, headers: { ...served.answer.headers, 'set-cookie': cookie } } };
}
