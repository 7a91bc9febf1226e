/**
 * k6's HTTP client is Go's, which sends a request again by itself when it was lost on a connection that had been used before, if it takes the
 * request for harmless: by its method, or by a header that says so. The target would receive more than was counted.
 * Source: `shouldRetryRequest` and `isReplayable` of Go's net/http; there is no way to switch it off but a connection for each request.
 */
import type { ScriptFlow, ScriptInput, ScriptRequest } from '../framework.ts';
import { requestsIn } from '../shared/values.ts';

const HARMLESS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];
const SAYS_SO = ['idempotency-key', 'x-idempotency-key'];

/** What k6 would repeat of a request: "GET", or "request with idempotency-key"; null: nothing. */
export function repeatable({ method, headers }: ScriptRequest): string | null {
  if (HARMLESS.includes(method.toUpperCase())) return method.toUpperCase();
  const header = headers.map(({ name }) => name.toLowerCase()).find((name) => SAYS_SO.includes(name));
  return header === undefined ? null : `request with ${header}`;
}

/** What k6 would repeat of a flow, so that none of its connections may be used twice; null: nothing. */
export function repeatableIn(flow: ScriptFlow): string | null {
  return requestsIn(flow).map(repeatable).find((what) => what !== null) ?? null;
}

export function connectionWarnings({ flow }: ScriptInput): string[] {
  const what = repeatableIn(flow);
  if (what === null || requestsIn(flow).length === 1) return [];
  return [`k6 itself repeats a ${what} that is lost on a used connection, so here each request opens a connection of its own: it takes longer, and the target sees more connections, than with another framework.`];
}
