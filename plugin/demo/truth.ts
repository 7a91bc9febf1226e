/**
 * What the demo target knows about the requests it received: the truth that a measurement is held against. Counts are
 * exact for any length of run; details are kept for the last `keep` requests. Durations are measured by the monotonic
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
  /** As received, lower-case names; credentials only as their scheme. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  /** Hex; null: the body has not come whole. */
  readonly bodySha256: string | null;
  readonly intendedDelayMs: number | null;
  /** Wait for one of the workflow's threads, part of `servedMs`. */
  readonly queuedMs: number;
  readonly status: number | null;
  /** null: still in flight. */
  readonly ending: Ending | null;
  /** From the headers read to the last byte handed to the system (or to the moment it was cut or aborted). */
  readonly servedMs: number | null;
  /** On a new connection: from its acceptance (TLS: from the end of the handshake) to the last byte. */
  readonly fromConnectMs: number | null;
}

export interface Counts {
  readonly received: number;
  readonly answered: number;
  readonly cut: number;
  readonly aborted: number;
  readonly inFlight: number;
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
  /** How often each whole body came, by SHA-256; after 1,000 different ones the rest is counted under `other`. */
  readonly bodies: Readonly<Record<string, number>>;
  readonly connections: { readonly opened: number; readonly open: number; readonly peak: number };
  /** The last requests, in the order of their arrival. */
  readonly requests: readonly TruthRequest[];
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
  const served = truth.requests
    .filter((r) => r.ending === 'answered' && (!choice.warmOnly || r.warm) && (choice.where?.(r) ?? true))
    .map((r) => r.servedMs ?? Number.NaN)
    .sort((a, b) => a - b);
  return served[Math.max(1, Math.ceil((p / 100) * served.length)) - 1] ?? Number.NaN;
}
