/** Files that wait to be imported: bounded, and read to their end also when they are removed meanwhile. */
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fileSource } from '../../server/run/import/source.ts';
import { Uploads } from '../../server/run/import/uploads.ts';

async function opened() {
  const folder = await mkdtemp(path.join(tmpdir(), 'uploads-'));
  const files = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return { uploads: new Uploads({ folder, maxBytes: 100_000_000 }), files, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
const of = (text: string | Buffer) => Readable.from([Buffer.from(text)]);

async function textOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  const chunks = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('of an organization no more than ten wait, also of those that come at once', async () => {
  await using at = await opened();
  for (let i = 0; i < 4; i++) await Promise.all(Array.from({ length: 6 }, () => at.uploads.receive(of('x'), 'north')));
  expect(await at.files()).toHaveLength(10);
  await at.uploads.receive(of('x'), 'south');
  expect(await at.files()).toHaveLength(11);
});

test('no more than ten come at once', async () => {
  await using at = await opened();
  const slow = Array.from({ length: 10 }, () => new Readable({ read() {} }));
  const coming = slow.map((stream) => at.uploads.receive(stream, 'north'));
  await expect(at.uploads.receive(of('x'), 'north')).rejects.toMatchObject({ code: 'limit_exceeded' });
  await at.uploads.receive(of('x'), 'south');
  for (const stream of slow) stream.push(null);
  await Promise.all(coming);
  await at.uploads.receive(of('x'), 'north');
});

test.each([
  ['plain', 'some text'],
  ['packed', gzipSync('some text')],
])('%s, it is read again when it was removed, and let go also when it was not read to its end', async (_name, content) => {
  await using at = await opened();
  const file = (await at.uploads.find('north', await at.uploads.receive(of(content), 'north'))) ?? '';
  const links = async () => (await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))).filter((link) => link.startsWith(file));
  {
    await using source = await fileSource(file);
    expect(await textOf(source.bytes())).toBe('some text');
    await rm(file);
    expect(await textOf(source.bytes())).toBe('some text');
    await source.bytes().next();
    expect(await links()).toHaveLength(1);
  }
  expect(await links()).toEqual([]);
});
