/** What the libraries of Google throw, as sentences. REST, gRPC and operations tell the same failures in three forms. */
import { CloudProblem } from '../cloud.ts';
import { whole } from '../whole.ts';

/** Canonical names of google.rpc.Code, by number. */
const CODES = ['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'] as const;
type Code = (typeof CODES)[number];

/** What is asked for again a moment later may be answered. */
const PASSING: ReadonlySet<Code> = new Set(['UNAVAILABLE', 'INTERNAL', 'DEADLINE_EXCEEDED', 'ABORTED']);

export class GoogleProblem extends CloudProblem {
  readonly code: Code;
  readonly passes: boolean;

  constructor(message: string, code: Code, passes = PASSING.has(code)) {
    super(message);
    this.code = code;
    this.passes = passes;
  }
}

interface Status {
  readonly code: Code;
  readonly message: string;
  /** Of an ErrorInfo among its details. */
  readonly reason: string | null;
}

/** Other errors come back as they are. */
export function problemOf(error: unknown): unknown {
  if (error instanceof CloudProblem || !(error instanceof Error)) return error;
  if (/Could not load the default credentials/.test(error.message)) return noCredentials();
  if (/invalid_grant|invalid_rapt|reauth/i.test(error.message)) return new GoogleProblem(`Google Cloud does not accept the credentials of this server any more (${whole(error.message)}) Sign in again: gcloud auth application-default login.`, 'UNAUTHENTICATED');
  if (/credential file/.test(error.message)) return new GoogleProblem(whole(error.message), 'UNAUTHENTICATED');
  const status = statusOfRest(error) ?? statusOfGrpc(error) ?? unreachable(error);
  return status ? told(status) : error;
}

/** Of an operation that failed, or of a condition that says so. */
export function told({ code, message, reason }: Status): GoogleProblem {
  const said = whole(message);
  switch (code) {
    case 'PERMISSION_DENIED':
      if (reason === 'SERVICE_DISABLED') return new GoogleProblem(`This API is switched off in the project: ${said}`, code);
      return new GoogleProblem(`Google Cloud does not allow it: ${said} docs/clouds/gcp.md names the roles that the account of this server needs.`, code);
    case 'UNAUTHENTICATED':
      return new GoogleProblem(`Google Cloud does not accept the credentials of this server: ${said}`, code);
    case 'RESOURCE_EXHAUSTED':
      // A rate is free again a moment later; room is not.
      if (reason === 'RATE_LIMIT_EXCEEDED') return new GoogleProblem(`Google Cloud has been asked too often within a minute: ${said}`, code, true);
      return new GoogleProblem(`A quota of the project is used up: ${said}`, code);
    case 'UNAVAILABLE':
    case 'DEADLINE_EXCEEDED':
      return new GoogleProblem(`Google Cloud does not answer: ${said}`, code);
    default:
      return new GoogleProblem(`Google Cloud refused it: ${said}`, code);
  }
}

export const noCredentials = (): GoogleProblem => new GoogleProblem('This server has no credentials for Google Cloud. Give its account some (a service account of the machine, or workload identity), or name a key file in GOOGLE_APPLICATION_CREDENTIALS; on a machine of your own: gcloud auth application-default login.', 'UNAUTHENTICATED');

/** google.rpc.Status in JSON: an operation's error, and the body of a refusal below `error`. */
export function statusOf(body: unknown): Status | null {
  if (typeof body !== 'object' || body === null) return null;
  const { code, status, message, details } = body as { code?: unknown; status?: unknown; message?: unknown; details?: unknown };
  const named = CODES.find((name) => name === status) ?? (typeof code === 'number' ? (CODES[code] ?? codeOfHttp(code)) : null);
  if (!named) return null;
  const infos = (Array.isArray(details) ? details : []) as { reason?: unknown }[];
  return { code: named, message: typeof message === 'string' ? message : named, reason: infos.map((info) => info?.reason).find((reason) => typeof reason === 'string') ?? null };
}

function statusOfRest(error: Error): Status | null {
  const { response } = error as { response?: { status?: number; data?: { error?: unknown } } };
  if (!response) return null;
  const { status = 500, data } = response;
  // A proxy on the way answers in words of its own.
  return statusOf(data?.error) ?? { code: codeOfHttp(status), message: `it answered with status ${status}`, reason: null };
}

function statusOfGrpc(error: Error): Status | null {
  const { code, details, reason } = error as { code?: unknown; details?: unknown; reason?: unknown };
  const named = typeof code === 'number' ? CODES[code] : undefined;
  return named ? { code: named, message: typeof details === 'string' && details !== '' ? details : error.message, reason: typeof reason === 'string' ? reason : null } : null;
}

function unreachable(error: Error): Status | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z]+$|^ERR_(TLS|SSL|STREAM)/.test(code) ? { code: 'UNAVAILABLE', message: error.message, reason: null } : null;
}

function codeOfHttp(status: number): Code {
  const codes: Record<number, Code> = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 409: 'ALREADY_EXISTS', 429: 'RESOURCE_EXHAUSTED', 503: 'UNAVAILABLE', 504: 'DEADLINE_EXCEEDED' };
  return codes[status] ?? (status >= 500 ? 'INTERNAL' : 'UNKNOWN');
}
