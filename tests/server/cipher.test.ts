import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCipher } from '../../server/db/cipher.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];

test('what is sealed opens again, whatever the text', () => {
  const cipher = openCipher([first]);
  fc.assert(fc.property(fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()), (text) => cipher.open(cipher.seal(text)) === text), { examples: [[''], ['\0'], ['x'.repeat(100_000)]] });
});

test('two seals of one text do not look alike, and neither shows the text', () => {
  const cipher = openCipher([first]);
  const [a, b] = [cipher.seal('the same text, twice'), cipher.seal('the same text, twice')];
  expect(a).not.toBe(b);
  for (const sealed of [a, b]) expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64').includes('same text')).toBe(false);
});

describe('keys', () => {
  test('are rotated: the first seals, all of them open', () => {
    const old = openCipher([first]).seal('kept');
    const rotated = openCipher([second, first]);
    expect(rotated.open(old)).toBe('kept');
    const fresh = rotated.seal('new');
    expect(openCipher([second]).open(fresh)).toBe('new');
    expect(() => openCipher([first]).open(fresh)).toThrow('key that is not configured');
  });
  test('are 32 bytes, and one is needed', () => {
    expect(() => openCipher([])).toThrow('32 bytes');
    expect(() => openCipher([randomBytes(16)])).toThrow('32 bytes');
  });
});

describe('what was changed does not open', () => {
  const cipher = openCipher([first]);
  const sealed = cipher.seal('a definition');
  test('in any of its bytes', () => {
    const [version, id, data = ''] = sealed.split('.');
    const bytes = Buffer.from(data, 'base64');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => cipher.open(`${version}.${id}.${changed.toString('base64')}`)).toThrow();
    }
  });
  test('or was cut, or never was sealed', () => {
    for (const text of ['', 'plain', sealed.slice(0, -10), `2${sealed.slice(1)}`, sealed.split('.').slice(0, 2).join('.'), `${sealed.split('.').slice(0, 2).join('.')}.AAAA`]) expect(() => cipher.open(text), text).toThrow();
  });
});
