/**
 * What the demo target knows about the requests it received: the truth that a measurement is held against. Counts are
 * exact for any length of run; details are kept for the last `keep` requests and executions. Durations are measured by the monotonic
 * clock as what was really served, never as what was intended: timers round to milliseconds.
 */

/** `cut`: the target ended it on purpose without a whole answer. `aborted`: the client left before the whole answer was written. */
export type Ending = 'answered' | 'cut' | 'aborted';

export interface TruthRequest {
  /** Method and path family, for example `POST /workflows/slow/execute`. */
  readonly name: string;
  /** Epoch ms with fractions: the moment its headers had been read. */
  readonly arrivedAt: number;
  /** Number of its connection, from 1. */
  readonly connection: number;
  /** False for the first request of a connection. */
  readonly warm: boolean;
  /** As received, lower-case names; credentials only as their scheme or `***`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  /** Hex; null: the body has not come whole, or it is a login's. */
  readonly bodySha256: string | null;
  /** The whole body as text, of the last `keepBodies` requests that had one, never of a login; null: not kept. */
  readonly body: string | null;
  readonly intendedDelayMs: number | null;
  /** Wait for one of the workflow's threads, part of `servedMs`. */
  readonly queuedMs: number;
  readonly status: number | null;
  /** null: still in flight. */
  readonly ending: Ending | null;
  /** From the headers read to the last byte handed to the system (or to the moment it was cut or aborted). */
  readonly servedMs: number | null;
  /** On a new connection: from its acceptance (a TLS handshake is part of it) to the last byte. */
  readonly fromConnectMs: number | null;
}

/** An execution that was asked for by one request and polled by others. A synchronous one is told by its request alone. */
export interface TruthExecution {
  /** The id that the client was given. */
  readonly id: string;
  /** The request that asked for it: `POST /workflows/slow/execute`. */
  readonly name: string;
  /** The workflow's name. */
  readonly workflow: string;
  /** Epoch ms with fractions: the request that asked for it had come. */
  readonly arrivedAt: number;
  /** It had its thread; null: it waits for one, or never takes one. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** The answer of the first poll that told the end was handed to the system: what a client can measure ends here. */
  readonly toldAt: number | null;
  readonly polls: number;
  readonly intendedDelayMs: number;
  /** null: not over. `failed`: a node failed, whatever status the server calls it. */
  readonly outcome: 'completed' | 'failed' | null;
  /** Its id was forgotten on purpose. */
  readonly lost: boolean;
}

export interface Counts {
  readonly received: number;
  /** Came first on their connection. */
  readonly cold: number;
  readonly answered: number;
  readonly cut: number;
  readonly aborted: number;
  readonly inFlight: number;
  /** Executions that these requests began, asynchronous ones included; what was refused began none. */
  readonly executed: number;
  /** Answers by HTTP status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly bodyBytes: number;
}

export interface Truth extends Counts {
  /** Epoch ms of the start or the last reset. What was in flight at a reset belongs to no truth. */
  readonly since: number;
  /** Most requests in flight at once. */
  readonly peakInFlight: number;
  readonly byName: Readonly<Record<string, Counts>>;
  /** How often each whole body came, by SHA-256, without empty ones and those of logins; after 1,000 different ones the rest is counted under `other`. */
  readonly bodies: Readonly<Record<string, number>>;
  readonly connections: { readonly opened: number; readonly open: number; readonly peak: number };
  /** The last requests, in the order of their arrival. */
  readonly requests: readonly TruthRequest[];
  /** The last asynchronous executions, in the order in which they were asked for. */
  readonly executions: readonly TruthExecution[];
  /** Requests whose details are no longer kept. */
  readonly forgotten: number;
}

export interface PercentileChoice {
  readonly warmOnly?: boolean;
  readonly where?: (request: TruthRequest) => boolean;
}

/**
 * Nearest rank over the served time (ms) of the answered requests whose details are kept; p from 0 (the fastest) to 100.
 * NaN when there are none. Compare `forgotten` with 0 before trusting it for a long run.
 */
export function truthPercentile(truth: Truth, p: number, choice: PercentileChoice = {}): number {
  const chosen = truth.requests.filter((r) => r.ending === 'answered' && (!choice.warmOnly || r.warm) && (choice.where?.(r) ?? true));
  return nearestRank(chosen.map((r) => r.servedMs ?? Number.NaN), p);
}

/** The same over the asynchronous executions whose end was told: ms from the request that asked for it to the answer that told its end. */
export function truthExecutionPercentile(truth: Truth, p: number, where: (execution: TruthExecution) => boolean = () => true): number {
  const chosen = truth.executions.filter(where).flatMap(({ arrivedAt, toldAt }) => (toldAt === null ? [] : [toldAt - arrivedAt]));
  return nearestRank(chosen, p);
}

function nearestRank(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((p / 100) * sorted.length)) - 1] ?? Number.NaN;
}
