/**
 * A subscription that survives a lost connection: it asks again, with fresh variables, until the server completes it.
 * Built over graphql-ws without its own retry, which would ask for everything from the start again.
 */
import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { stringifyDocument } from '@urql/core';
import { type PanelSocket, RENEWED } from './socket.ts';

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `retryAt`: epoch ms of the next try. */
  | { readonly kind: 'lost'; readonly retryAt: number }
  /** The server completed the subscription. */
  | { readonly kind: 'ended' }
  /** The server said no: it is asked again when there is another token, nothing else would help. */
  | { readonly kind: 'refused'; readonly message: string };

export interface Follow<Data, Variables> {
  readonly socket: Pick<PanelSocket, 'iterate' | 'renewed'>;
  readonly document: TypedDocumentNode<Data, Variables>;
  /** Read at each (re)connection. */
  readonly variables: () => Variables;
  readonly onData: (data: Data) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly signal: AbortSignal;
  /** Resolves when a try before the waiting time is over makes sense (the network is back, the user asks). */
  readonly wake: () => Promise<void>;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

export const waitAfter = (failures: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));

/** Runs until completed or aborted. Never throws. */
export async function follow<Data, Variables extends AnyVariables>(options: Follow<Data, Variables>): Promise<void> {
  const { socket, signal, onConnection } = options;
  const query = stringifyDocument(options.document);
  let failures = 0;
  onConnection({ kind: 'connecting' });
  while (!signal.aborted) {
    try {
      const iterator = socket.iterate<Data>({ query, variables: options.variables() as Record<string, unknown> });
      const cancel = () => void iterator.return?.();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        for await (const result of iterator) {
          if (result.errors?.length) throw result.errors;
          if (failures > 0 || result.data) onConnection({ kind: 'live' });
          failures = 0;
          if (result.data) options.onData(result.data);
        }
      } finally {
        signal.removeEventListener('abort', cancel);
      }
      if (!signal.aborted) onConnection({ kind: 'ended' });
      return;
    } catch (error) {
      if (signal.aborted) return;
      if ((error as { code?: unknown } | null)?.code === RENEWED) continue;
      const refusal = refusalIn(error);
      if (refusal !== null) {
        onConnection({ kind: 'refused', message: refusal });
        await oneOf([socket.renewed()], signal);
        continue;
      }
      failures += 1;
      const wait = waitAfter(failures);
      onConnection({ kind: 'lost', retryAt: Date.now() + wait });
      await oneOf([options.wake(), socket.renewed()], signal, wait);
    }
  }
}

/** GraphQL errors come as a list, closes as a CloseEvent. What failed inside of the server (its database was away) is no refusal: it passes. */
function refusalIn(error: unknown): string | null {
  if (!Array.isArray(error)) return null;
  const [first] = error as readonly { readonly message?: string; readonly extensions?: { readonly code?: unknown } }[];
  return first?.extensions?.code === 'internal_error' ? null : (first?.message ?? '');
}

/** Waits for one of them, for the signal, and no longer than that. */
function oneOf(awaited: readonly Promise<void>[], signal: AbortSignal, milliseconds?: number): Promise<void> {
  return new Promise((done) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    };
    const timer = milliseconds === undefined ? undefined : setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish, { once: true });
    for (const each of awaited) void each.then(finish);
  });
}
