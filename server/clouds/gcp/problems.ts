/** What the libraries of Google throw, as sentences. A refusal is a google.rpc.Status, in three forms: of REST, of gRPC, and of an operation. */
import { CloudProblem } from '../cloud.ts';
import { ApiProblem, isAway } from '../problem.ts';
import { whole } from '../whole.ts';

/** Canonical names of google.rpc.Code, by number. */
const CODES = ['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'];
const PASSING: ReadonlySet<string> = new Set(['UNAVAILABLE', 'INTERNAL', 'DEADLINE_EXCEEDED', 'ABORTED']);

/** As JSON. Of REST, `code` is that of HTTP, and `status` the name. */
interface Status {
  readonly code?: number | null;
  readonly status?: string;
  readonly message?: string | null;
  /** One of them may be an ErrorInfo. */
  readonly details?: readonly { readonly reason?: unknown }[] | null;
}

/** As much of them as is looked at: of gaxios, of google-gax, and of Node.js. */
interface LibraryError extends Error {
  readonly response?: { readonly status: number; readonly data?: { readonly error?: Status | string } };
  readonly code?: number | string;
  readonly details?: string;
  readonly reason?: string;
}

const NO_CREDENTIALS = 'This server has no credentials for Google Cloud. Give its account some (a service account of the machine, or workload identity), or name a key file in GOOGLE_APPLICATION_CREDENTIALS; on a machine of your own: gcloud auth application-default login.';

/** Other errors come back as they are. */
export function problemOf(error: unknown): unknown {
  if (error instanceof CloudProblem || !(error instanceof Error)) return error;
  const { message, response, code, details, reason } = error as LibraryError;
  if (/Could not load the default credentials/.test(message)) return new ApiProblem(NO_CREDENTIALS, 'UNAUTHENTICATED');
  if (/invalid_grant|invalid_rapt|reauth/i.test(message))
    return new ApiProblem(`Google Cloud does not accept the credentials of this server any more (${whole(message)}) Sign in again: gcloud auth application-default login.`, 'UNAUTHENTICATED');
  if (/credential file|^The file at /.test(message)) return new ApiProblem(whole(message), 'UNAUTHENTICATED');
  // A proxy on the way answers in words of its own.
  if (response) return told(typeof response.data?.error === 'object' ? response.data.error : { code: response.status, message: `it answered with status ${response.status}` });
  if (typeof code === 'number') return told({ code, message: details || message, details: [{ reason }] });
  return isAway(code) ? told({ status: 'UNAVAILABLE', message }) : error;
}

export function told({ code: number, status, message, details }: Status): ApiProblem {
  const code = status ?? CODES[number ?? 2] ?? ((number ?? 0) >= 500 ? 'UNAVAILABLE' : 'UNKNOWN');
  const reason = details?.find((detail) => typeof detail.reason === 'string')?.reason;
  // A rate is free again a moment later; room is not.
  const passes = PASSING.has(code) || reason === 'RATE_LIMIT_EXCEEDED';
  return new ApiProblem(sentenceOf(code, reason, whole(message ?? code)), code, { passes });
}

function sentenceOf(code: string, reason: unknown, said: string): string {
  switch (code) {
    case 'PERMISSION_DENIED':
      if (reason === 'SERVICE_DISABLED') return `This API is switched off in the project: ${said}`;
      return `Google Cloud does not allow it: ${said} docs/clouds/gcp.md names the roles that the account of this server needs.`;
    case 'UNAUTHENTICATED':
      return `Google Cloud does not accept the credentials of this server: ${said}`;
    case 'RESOURCE_EXHAUSTED':
      return reason === 'RATE_LIMIT_EXCEEDED' ? `Google Cloud has been asked too often within a minute: ${said}` : `A quota of the project is used up: ${said}`;
    case 'UNAVAILABLE':
    case 'DEADLINE_EXCEEDED':
      return `Google Cloud does not answer: ${said}`;
    default:
      return `Google Cloud refused it: ${said}`;
  }
}
