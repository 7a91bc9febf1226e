/** Addresses to which no load goes, whatever is allowed, and what this machine's own are. Pure. */
import { BlockList, isIP } from 'node:net';
import { refusedAddresses } from '../../../templates/index.ts';

const refused = listOf(Object.keys(refusedAddresses.ranges));
const loopback = listOf(['127.0.0.0/8', '::1/128']);

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

/** Link-local, a cloud's metadata, or this machine without a name. A name is no address. */
export const isRefusedAddress = (address: string): boolean => isIn(refused, address);

/** Also in IPv6 clothes. */
export const isLoopbackAddress = (address: string): boolean => isIn(loopback, address);

/** The interface that a link-local address may name (`fe80::1%eth0`) is no part of it. */
function isIn(list: BlockList, text: string): boolean {
  const [address = ''] = text.split('%');
  return isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
