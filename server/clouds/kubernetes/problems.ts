/** What goes wrong between this server and Kubernetes, in sentences for its user. Pure. */
import { CloudProblem } from '../cloud.ts';
import { sentence } from './look.ts';

/** `code`: that the API server answered with; null: it did not answer. */
export class KubernetesProblem extends CloudProblem {
  readonly code: number | null;
  constructor(code: number | null, message: string) {
    super(message);
    this.code = code;
  }
}

const RIGHTS = 'The role that it needs stands in docs/clouds/kubernetes.md.';
/** A moment later it may do. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return code === null ? whyUnreached(error) !== null : PASSING.has(code);
}

/** A problem for the user, or the error itself where it is a bug of ours. @param server address of the API server */
export function problemOf(error: unknown, server: string): Error {
  if (error instanceof CloudProblem) return error;
  const code = codeOf(error);
  if (code !== null) return new KubernetesProblem(code, refused(code, messageOf((error as { readonly body?: unknown }).body)));
  const why = whyUnreached(error);
  if (why !== null) return new KubernetesProblem(null, sentence(`The API server of Kubernetes at ${server} cannot be reached`, why));
  return error instanceof Error ? error : new Error(String(error));
}

function refused(code: number, message: string): string {
  if (code === 401) return 'Kubernetes does not know this server: the credentials of its kubeconfig or its pod are not valid, or not any more.';
  if (code === 403 && message.includes('exceeded quota')) return sentence('The quota of the namespace is used up', message);
  if (code === 403) return `${sentence('Kubernetes does not allow it', message)} ${RIGHTS}`;
  if (code === 404) return sentence('Kubernetes does not find it', message);
  if (code === 429) return sentence('Kubernetes is asked for too much at once, and it does not get better', message);
  if (PASSING.has(code)) return sentence(`Kubernetes answers with an error of its own (${code}), again and again`, message);
  return sentence(`Kubernetes refuses it (${code})`, message);
}

/** Both the SDK's errors and those of our own streams have it. */
function codeOf(error: unknown): number | null {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'number' && code >= 300 ? code : null;
}

/** Of a Status object; the SDK gives it as text. Its headers and the rest of it are nobody's business. */
function messageOf(body: unknown): string {
  if (typeof body === 'object') return String((body as { readonly message?: unknown } | null)?.message ?? '');
  try {
    return messageOf(JSON.parse(String(body)));
  } catch {
    return '';
  }
}

/** What the system or TLS says; null: it is no trouble of the network. */
function whyUnreached(error: unknown): string | null {
  for (let at = error as (NodeJS.ErrnoException & { cause?: unknown }) | undefined; at; at = at.cause as typeof at) {
    if (at.name === 'TimeoutError') return 'it does not answer in time';
    if (typeof at.code === 'string' && at.code !== 'ABORT_ERR') return at.message || at.code;
  }
  return null;
}
