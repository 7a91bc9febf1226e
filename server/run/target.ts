/** A load generator is a weapon: where load may go. Pure. */
import type { Limits } from '../context.ts';

/** null: allowed; else a sentence. `own`: base URL of the host's own workflow server. */
export function refuseTarget(baseUrl: string, own: string | null, { allowedTargets }: Pick<Limits, 'allowedTargets'>): string | null {
  const url = new URL(baseUrl);
  if (isNeverAllowed(url.hostname)) return `${url.hostname} is a link-local or metadata address; load is never sent there.`;
  if (isLoopback(url.hostname)) return null;
  if (own && new URL(own).origin === url.origin) return null;
  if (allowedTargets.some((allowed) => allowed === url.origin || allowed === url.host || allowed === url.hostname)) return null;
  return `Load may not be sent to ${url.host}. Allowed are this machine${own ? `, ${new URL(own).origin}` : ''} and what the operator lists in LOAD_TESTING_ALLOWED_TARGETS.`;
}

export function isLoopback(name: string): boolean {
  const hostname = plain(name);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]';
}

function isNeverAllowed(name: string): boolean {
  const hostname = plain(name);
  return /^169\.254\./.test(hostname) || /^\[fe[89ab]/i.test(hostname) || hostname === 'metadata.google.internal' || hostname === '[fd00:ec2::254]';
}

/** An IPv4 address in IPv6 clothes is that address; a name is the same with a dot at its end. */
function plain(hostname: string): string {
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname);
  if (!mapped) return hostname.replace(/\.$/, '');
  return mapped.slice(1).flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join('.');
}
