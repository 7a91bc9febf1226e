/**
 * Where the name of a target leads, looked up before a start. A name may lead elsewhere later on: so the scripts look at each
 * address again, just before they connect to it.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLocalName, plain } from './allowed.ts';
import { isLoopbackAddress, isRefusedAddress } from './address.ts';
import { within } from '../within.ts';

const WITHIN_MS = 5000;

/** All addresses of a name; rejects when there are none. */
export type Lookup = (name: string) => Promise<readonly string[]>;

const bySystem: Lookup = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/** null: the name leads to nothing that is refused, or to nothing at all, which the run will tell; else a sentence. */
export async function refuseAddressOf(baseUrl: string, look: Lookup = bySystem, withinMs = WITHIN_MS): Promise<string | null> {
  const name = plain(new URL(baseUrl).hostname);
  if (isIP(name) !== 0) return null; // looked at already
  const addresses = await within(withinMs, look(name).catch(() => []));
  if (addresses === null) return `Where ${name} leads could not be found out within ${withinMs / 1000} s, so it is not known whether load may be sent there. Try again when names are resolved.`;
  const refused = addresses.find(isRefusedAddress);
  if (refused !== undefined) return `${name} leads to ${refused}, a link-local or metadata address; load is never sent there.`;
  const elsewhere = isLocalName(name) ? addresses.find((address) => !isLoopbackAddress(address)) : undefined;
  if (elsewhere !== undefined) return `${name} leads to ${elsewhere} here, which is not this machine's loopback address; load may not be sent there.`;
  return null;
}
