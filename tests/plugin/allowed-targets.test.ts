import { expect, test } from 'vitest';
import { readConfig } from '../../plugin/config.ts';
import { refuseTarget } from '../../server/run/target/allowed.ts';

const listed = (LOAD_TESTING_ALLOWED_TARGETS: string) => readConfig({ LOAD_TESTING_ALLOWED_TARGETS }).allowedTargets;

test.for([
  ['https://api.example.com/', 'https://api.example.com'],
  ['HTTPS://API.example.com:443', 'https://api.example.com'],
  ['http://x:80', 'http://x:80/api'],
  ['API.example.com', 'http://api.example.com:8080'],
  ['api.example.com.', 'https://api.example.com'],
  ['x:80', 'http://x'],
  ['x:080', 'http://x'],
  ['my_service:8000', 'http://my_service:8000'],
  ['bücher.example', 'https://xn--bcher-kva.example'],
  ['10.0.0.7', 'http://10.0.0.7:9000'],
  ['fd00::7', 'http://[fd00::7]:9000'],
  ['[FD00::7]:9000', 'http://[fd00::7]:9000'],
  ['http://[fd00::7]/', 'http://[fd00::7]'],
] as const)('an operator who lists %s may test %s', ([item, url]) => {
  expect(refuseTarget(url, null, { allowedTargets: listed(`other.example.com, ${item} ,`) })).toBeNull();
});

test('an origin is that origin only', () => {
  const allowedTargets = listed('https://api.example.com/');
  for (const url of ['http://api.example.com', 'https://api.example.com:8443', 'https://a.api.example.com']) expect(refuseTarget(url, null, { allowedTargets }), url).not.toBeNull();
});

test.for(['*', '*.example.com', '10.0.0.0/8', 'example.com/api', 'https://example.com/api', 'https://me@example.com', 'https://*.example.com', 'ftp://example.com', 'https://', 'https:', 'example.com:', 'example.com:0', 'example.com:70000', 'a b', '-a', 'a..b', '[fd00::7', 'a;b'])(
  'what is listed as %s stops the start with the name of the variable',
  (item) => {
    expect(() => listed(`example.com,${item}`)).toThrow(`LOAD_TESTING_ALLOWED_TARGETS: ${JSON.stringify(item)} is neither an origin`);
  },
);

test('nothing listed is nothing allowed', () => expect([listed(''), listed(' , ')]).toEqual([[], []]));
