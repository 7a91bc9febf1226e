/**
 * The sample protocol: lines of JSON arrays that a bundle's reporter writes, the same for every framework.
 * Times are integers of microseconds since `startedAt` (plan second 0) unless the name says otherwise.
 */

export const OUTCOMES = [
  'ok',
  'workflow_failed',
  'cached_answer',
  'bad_body',
  'check_failed',
  'redirected',
  'auth',
  'not_found',
  'invalid_request',
  'limited',
  'http_4xx',
  'http_5xx',
  'timeout',
  'refused',
  'reset',
  'dns',
  'tls',
  'execution_lost',
  'poll_deadline',
  'other',
] as const;

/** What became of a request or an execution. A closed list: a reporter that cannot tell says `other`. */
export type Outcome = (typeof OUTCOMES)[number];

/** Phase of the START of a sample. */
export type Phase = 'warm_up' | 'ramp' | 'steady';

/** Slower than any limit, by how much is not known. */
export function isCensored(outcome: Outcome): boolean {
  return outcome === 'timeout' || outcome === 'poll_deadline';
}

export type SampleKind = 'request' | 'execution';

export interface SampleExtra {
  /** This request is also the execution (sync targets: one request runs the workflow once). */
  readonly exec?: true | undefined;
  readonly checks?: readonly [passed: number, failedNames: readonly string[]] | undefined;
  /** Set only when the request opened a new connection: time for DNS, TCP and TLS. */
  readonly connectMicros?: number | undefined;
  /** Open model: how late the iteration started against the plan. */
  readonly startLagMicros?: number | undefined;
  readonly bytes?: number | undefined;
  readonly users?: number | undefined;
  readonly iteration?: number | undefined;
  /** Up to 200 characters of what was wrong. */
  readonly detail?: string | undefined;
}

export interface BeginInfo {
  readonly planHash: string;
  readonly workflowHash: string;
  /** Iterations alternated with this definition; `planHash` is then that of the plan with it. */
  readonly baselineHash?: string;
  readonly scriptHash: string;
  /** PLAN or FLOW of the script is not what was generated: what it ran is not the plan that it is filed under. */
  readonly edited?: true;
  /** The lines are those of one share of the plan's load: number `index`, from 0, of `count`. Left out: of all of it. */
  readonly shard?: readonly [index: number, count: number];
  readonly plan: unknown;
  readonly host: { readonly os: string; readonly cpus: number | null };
}

/** One line of the protocol, read. */
export type SampleLine =
  | { readonly kind: 'begin'; readonly version: number; readonly framework: string; readonly toolVersion: string; readonly startedAt: number; readonly info: BeginInfo }
  | { readonly kind: 'request'; readonly startMicros: number; readonly name: string; readonly durationMicros: number; readonly outcome: Outcome; readonly status: number; readonly extra: SampleExtra }
  | { readonly kind: 'execution'; readonly startMicros: number; readonly durationMicros: number; readonly outcome: Outcome; readonly detail?: string }
  | { readonly kind: 'gauge'; readonly atMicros: number; readonly users: number | null; readonly inFlight: number | null; readonly iterationsStarted: number | null; readonly dropped: number | null; readonly lagMs: number | null }
  | { readonly kind: 'end'; readonly cause: string; readonly iterationsStarted: number; readonly dropped: number; readonly interrupted: number; readonly inFlight: number; readonly linesLost: number };
