import { describe, expect, test } from 'vitest';
import { refuseTarget } from '../../server/run/target.ts';

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
    for (const url of ['http://test.example.com:82', 'http://example.com', 'http://atest.example.com', 'http://test.example.com.evil.org']) expect(refused(url, ['http://test.example.com:81', 'test.example.com:81']), url).not.toBeNull();
  });
});

describe('load is never sent', () => {
  test('to link-local and metadata addresses, even when they are listed', () => {
    for (const url of ['http://169.254.169.254', 'http://169.254.0.1:80', 'http://[fe80::1]', 'http://[feb0::1]', 'http://metadata.google.internal', 'http://metadata.google.internal.', 'http://[fd00:ec2::254]', 'http://0xa9fea9fe', 'http://[::ffff:169.254.169.254]'])
      expect(refused(url, [new URL(url).hostname, new URL(url).origin]), url).toContain('never sent there');
  });
  test('to a name that only looks like this machine', () => {
    for (const url of ['http://localhost.example.com', 'http://127.0.0.1.example.com', 'http://notlocalhost', 'http://10.0.0.1', 'http://[::2]', 'http://0.0.0.0']) expect(refused(url), url).not.toBeNull();
  });
});

test('the sentence says where it may go, and who decides', () => {
  expect(refused('http://example.com')).toBe('Load may not be sent to example.com. Allowed are this machine, http://studio.internal:8000 and what the operator lists in LOAD_TESTING_ALLOWED_TARGETS.');
  expect(refused('http://example.com', [], null)).not.toContain('studio');
});
