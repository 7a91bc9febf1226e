/** What goes wrong between this server and Kubernetes, in sentences for its user. Pure. */
import { CloudProblem } from '../cloud.ts';
import { ApiProblem } from '../problem.ts';
import { whole } from '../whole.ts';

/** A moment later it may do. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
export const ROLE = 'The role that it needs stands in docs/clouds/kubernetes.md.';
const LONGEST = 500;

/** What the API server calls it is the status that it answered with. @param body a Status object. Its headers and the rest of it are nobody's business */
export const refused = (status: number, body: string): ApiProblem => new ApiProblem(refusal(status, messageOf(body)), String(status), { passes: PASSING.has(status) });

/** A problem for the user, or the error itself where it is a bug of ours. @param server address of the API server */
export function problemOf(error: unknown, server: string): unknown {
  if (error instanceof CloudProblem) return error;
  const why = whyUnreached(error);
  return why === null ? error : new ApiProblem(sentence(`The API server of Kubernetes at ${server} cannot be reached`, why), 'away', { passes: true });
}

/** What the system or TLS says; null: it is no trouble of the network. */
function whyUnreached(error: unknown): string | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === 'TimeoutError') return 'it does not answer in time';
    if ('code' in at && typeof at.code === 'string') return at.message || at.code;
  }
  return null;
}

function refusal(code: number, message: string): string {
  if (code === 401) return 'Kubernetes does not know this server: the credentials of its kubeconfig or its pod are not valid, or not any more.';
  if (code === 403 && message.includes('exceeded quota')) return sentence('The quota of the namespace is used up', message);
  if (code === 403) return `${sentence('Kubernetes does not allow it', message)} ${ROLE}`;
  if (code === 404) return sentence('Kubernetes does not find it', message);
  if (code === 429) return sentence('Kubernetes is asked for too much at once, and it does not get better', message);
  if (PASSING.has(code)) return sentence(`Kubernetes answers with an error of its own (${code}), again and again`, message);
  return sentence(`Kubernetes refuses it (${code})`, message);
}

function messageOf(body: string): string {
  try {
    return String(JSON.parse(body)?.message ?? '');
  } catch {
    return '';
  }
}

/** @param more of Kubernetes: as it is, cut where it goes on for too long */
export function sentence(what: string, more = ''): string {
  const said = more.trim();
  return said === '' ? `${what}.` : `${what}: ${whole(said.length > LONGEST ? `${said.slice(0, LONGEST)} ...` : said)}`;
}
