/** How a demo target can be made to behave. What single executions do, their definitions say: `executions/behaviour.ts`. */
import type { ApiKey } from './families/access.ts';
import type { LoginOptions } from './families/login.ts';
import type { CloseAfter } from './wire/connections.ts';

export interface DemoTargetOptions {
  /** Default: one that is free. */
  readonly port?: number;
  /** A bearer token that every request but `/health` must carry. Default: none. */
  readonly token?: string;
  /** A header that every request but `/health` must carry, unless it has a good bearer token. Default: none. */
  readonly apiKey?: ApiKey;
  /** `POST /api/auth/login` gives out tokens, and every request but `/health` needs one. Default: there is no login. */
  readonly login?: LoginOptions;
  /** Same seed, same delays in the same order. Default 1. */
  readonly seed?: number;
  /** Definitions that gateway and sessions have registered, by name, besides fast, slow, fail and unreachable. */
  readonly workflows?: Readonly<Record<string, string>>;
  /** The gateway's answer cache. Default on, as in a Kailash enterprise server and in Nexus. */
  readonly cache?: boolean;
  /** How long an idle connection is kept, in ms. Default 5,000, as uvicorn does. */
  readonly keepAliveMs?: number;
  /** Default: a connection is kept for any number of requests. */
  readonly closeAfter?: CloseAfter;
  /** How many requests and executions keep their details in the truth. Default 50,000. */
  readonly keep?: number;
  /** How many of those requests keep their whole body. Default 0. */
  readonly keepBodies?: number;
  /** PEM texts: serve https instead of http. `handshakeDelayMs`: the server's first word of the handshake comes so late; default 0. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly handshakeDelayMs?: number };
}
