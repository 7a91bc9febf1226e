/** One entry of LOAD_TESTING_ALLOWED_TARGETS as addresses are compared, so that no spelling of it silently matches nothing. */
import { isIPv6 } from 'node:net';

const LABEL = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
/** Underscores stand in names of containers. */
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:.]+\\])$`);

/**
 * An origin, a host name, or a host name and port; null: it is none of these. An origin with a path is none either: the path would be ignored,
 * and whoever wrote it means less than the whole host.
 */
export function readAllowedTarget(text: string): string | null {
  return text.includes('://') ? originOf(text) : hostOf(text);
}

function originOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, username, password, pathname, search, hash, hostname, origin } = new URL(text);
  const isBare = username === '' && password === '' && pathname === '/' && search === '' && hash === '';
  return /^https?:$/.test(protocol) && isBare && isHost(hostname) ? withoutDot(origin) : null;
}

function hostOf(text: string): string | null {
  if (isIPv6(text)) return new URL(`http://[${text}]`).hostname;
  // The port is kept as it is written: a URL loses the usual one of its scheme.
  const [, name = '', port] = /^(\[[^\]]+\]|[^:/?#@\\]+)(?::(\d+))?$/.exec(text) ?? [];
  if (name === '' || !URL.canParse(`http://${name}`) || Number(port ?? 1) > 65_535 || Number(port ?? 1) < 1) return null;
  const { hostname } = new URL(`http://${name}`);
  if (!isHost(hostname)) return null;
  return port === undefined ? withoutDot(hostname) : `${withoutDot(hostname)}:${Number(port)}`;
}

const isHost = (hostname: string): boolean => HOST.test(withoutDot(hostname));

/** The same name with a dot at its end. */
const withoutDot = (host: string): string => host.replace(/\.(?=:\d+$|$)/, '');
