/** A load generator is a weapon: where load may go, by what its address says. Pure; where its name leads: `lookup.ts`. */
import { refusedAddresses } from '../../../templates/index.ts';
import type { Limits } from '../../context.ts';
import { isLoopbackAddress, isRefusedAddress } from './address.ts';

/** null: allowed; else a sentence. `own`: base URL of the host's own workflow server. */
export function refuseTarget(baseUrl: string, own: string | null, { allowedTargets }: Pick<Limits, 'allowedTargets'>): string | null {
  const url = new URL(baseUrl);
  const hostname = plain(url.hostname);
  if (isRefusedAddress(hostname) || Object.hasOwn(refusedAddresses.names, hostname)) return `${url.hostname} is a link-local or metadata address; load is never sent there.`;
  if (isLoopback(url.hostname)) return null;
  if (own && new URL(own).origin === url.origin) return null;
  if (namesOf(url).some((name) => allowedTargets.includes(name))) return null;
  return `Load may not be sent to ${url.host}. Allowed are this machine${own ? `, ${new URL(own).origin}` : ''} and what the operator lists in LOAD_TESTING_ALLOWED_TARGETS.`;
}

/** How an operator may list it: an origin, a name, a name and port. The usual port of its scheme may be written or not; so may a dot at the end of a name. */
function namesOf({ protocol, hostname, port }: URL): string[] {
  const name = hostname.replace(/\.$/, '');
  return [`${protocol}//${name}${port === '' ? '' : `:${port}`}`, name, `${name}:${port || USUAL_PORTS[protocol]}`];
}

const USUAL_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** By its address, or by a name that stands for this machine everywhere (RFC 6761). */
export function isLoopback(name: string): boolean {
  const hostname = plain(name);
  return isLoopbackAddress(hostname) || isLocalName(hostname);
}

export const isLocalName = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost');

/** As addresses are compared: an IPv6 address without its brackets; a name is the same with a dot at its end. */
export const plain = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
