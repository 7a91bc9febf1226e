import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { refuseTarget } from '../../server/run/target/allowed.ts';
import { isLoopbackAddress, isRefusedAddress } from '../../server/run/target/address.ts';
import { refuseAddressOf } from '../../server/run/target/lookup.ts';
import { refusedAddresses } from '../../templates/index.ts';

const own = 'http://studio.internal:8000/app';
const refused = (baseUrl: string, allowedTargets: readonly string[] = [], host: string | null = own) => refuseTarget(baseUrl, host, { allowedTargets });

describe('load may be sent', () => {
  test('to this machine', () => {
    for (const url of ['http://127.0.0.1', 'http://127.0.0.1:9', 'http://127.9.9.9', 'http://localhost:3000/app', 'http://[::1]:80', 'http://127.1', 'http://0x7f.1', 'http://[::ffff:127.0.0.1]']) expect(refused(url), url).toBeNull();
  });
  test("to the host's own target, wherever on it", () => {
    expect(refused('http://studio.internal:8000/api')).toBeNull();
    for (const url of ['http://studio.internal:8001', 'https://studio.internal:8000', 'http://studio.internal', 'http://x.studio.internal:8000']) expect(refused(url), url).toContain('may not be sent');
  });
  test('to what the operator lists, as an origin, as host and port, or as a name', () => {
    expect(refused('http://test.example.com:81', ['http://test.example.com:81'])).toBeNull();
    expect(refused('http://test.example.com:81', ['test.example.com:81'])).toBeNull();
    expect(refused('https://test.example.com', ['test.example.com'])).toBeNull();
    expect(refused('https://test.example.com', ['https://test.example.com'])).toBeNull();
    expect(refused('http://test.example.com', ['test.example.com:80'])).toBeNull();
    expect(refused('https://test.example.com./app', ['test.example.com:443'])).toBeNull();
    expect(refused('https://test.example.com', ['test.example.com:80'])).not.toBeNull();
    expect(refused('http://test.example.com', ['https://test.example.com'])).not.toBeNull();
    for (const url of ['http://test.example.com:82', 'http://example.com', 'http://atest.example.com', 'http://test.example.com.evil.org']) expect(refused(url, ['http://test.example.com:81', 'test.example.com:81']), url).not.toBeNull();
  });
});

describe('load is never sent', () => {
  test.for([
    'http://169.254.169.254', 'http://169.254.0.1:80', 'http://[fe80::1]', 'http://[feb0::1]', 'http://[fd00:ec2::254]', 'http://0xa9fea9fe', 'http://[::ffff:169.254.169.254]', 'http://100.100.100.200', 'http://168.63.129.16', 'http://192.0.0.192',
    'http://[fd20:ce::254]', 'http://[64:ff9b::169.254.169.254]', 'http://[2002:a9fe:a9fe::1]', 'http://0.0.0.0', 'http://0', 'http://[::]', 'http://metadata.google.internal', 'http://METADATA.google.internal.', 'http://metadata.goog',
  ])('to %s, even when it is listed', (url) => {
    const { hostname, origin } = new URL(url);
    expect(refused(url, [hostname, origin])).toBe(`${hostname} is a link-local or metadata address; load is never sent there.`);
    expect(refused(url, [], url)).toContain('never sent there');
  });
  test('to a name that only looks like this machine', () => {
    for (const url of ['http://localhost.example.com', 'http://127.0.0.1.example.com', 'http://notlocalhost', 'http://10.0.0.1', 'http://[::2]']) expect(refused(url), url).not.toBeNull();
  });
});

test('the sentence says where it may go, and who decides', () => {
  expect(refused('http://example.com')).toBe('Load may not be sent to example.com. Allowed are this machine, http://studio.internal:8000 and what the operator lists in LOAD_TESTING_ALLOWED_TARGETS.');
  expect(refused('http://example.com', [], null)).not.toContain('studio');
});

describe('where a name leads is looked up before a start', () => {
  const leads = (url: string, ...addresses: string[]) => refuseAddressOf(url, async () => addresses);

  test('and refused when it is a link-local or metadata address, one of several too', async () => {
    expect(await leads('http://test.example.com:81/a', '169.254.169.254')).toBe('test.example.com leads to 169.254.169.254, a link-local or metadata address; load is never sent there.');
    expect(await leads('http://x.localhost', '127.0.0.1', '::ffff:168.63.129.16')).toContain('x.localhost leads to ::ffff:168.63.129.16, a link-local');
    expect(await leads('http://test.example.com', 'fe80::1%eth0')).toContain('leads to fe80::1%eth0, a link-local');
  });
  test('and refused when a name of this machine leads elsewhere', async () => {
    for (const url of ['http://localhost', 'http://localhost.:80', 'http://a.b.localhost']) {
      expect(await leads(url, '127.0.0.1', '::1'), url).toBeNull();
      expect(await leads(url, '127.0.0.1', '10.0.0.7'), url).toMatch(/localhost leads to 10\.0\.0\.7 here, which is not this machine's loopback address; load may not be sent there\.$/);
    }
  });
  test('all else may be, and an address is not looked up', async () => {
    expect(await leads('http://test.example.com', '10.0.0.7', '2001:db8::1', '127.0.0.1')).toBeNull();
    const never = () => expect.unreachable();
    for (const url of ['http://127.0.0.1', 'http://[::1]:80']) expect(await refuseAddressOf(url, never)).toBeNull();
  });
  test('a name that leads nowhere is no reason: the run says so', async () => {
    expect(await refuseAddressOf('http://no-such-host.invalid', () => Promise.reject(new Error('ENOTFOUND')))).toBeNull();
  });
  test('a name that nobody knows in time is one: it could lead anywhere', async () => {
    expect(await refuseAddressOf('http://slow.example.com', () => delay(60_000, [], { ref: false }), 20)).toBe('Where slow.example.com leads could not be found out within 0.02 s, so it is not known whether load may be sent there. Try again when names are resolved.');
  });
});

interface Vector { readonly name: string; readonly address: string; readonly refused: boolean }
const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL('../../templates/shared/vectors/addresses.json', import.meta.url), 'utf8'));

describe('the server refuses the same addresses as the scripts', () => {
  test.for(vectors)('$name', ({ address, refused: expected }) => {
    expect(isRefusedAddress(address)).toBe(expected);
  });
  test('each IPv4 range in all its IPv6 forms', () => {
    const ranges = Object.keys(refusedAddresses.ranges).filter((range) => range.includes('.'));
    expect(ranges.length).toBeGreaterThan(3);
    for (const range of ranges) {
      const [a = 0, b = 0, c = 0, d = 0] = range.split('/')[0]?.split('.').map(Number) ?? [];
      const groups = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
      const forms = [`::ffff:${groups}`, `::ffff:0:${groups}`, `64:ff9b::${groups}`, `2002:${groups}::1`, ...(a === 0 ? [] : [`::${groups}`])];
      for (const form of forms) expect(isRefusedAddress(form), form).toBe(true);
    }
  });
  test('and never a loopback address', () => {
    for (const address of ['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1']) expect([isLoopbackAddress(address), isRefusedAddress(address)], address).toEqual([true, false]);
    for (const address of ['128.0.0.1', '::2', 'localhost', '']) expect(isLoopbackAddress(address), address).toBe(false);
  });
});
