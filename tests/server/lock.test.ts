import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encryptionKeys } from '../../plugin/key.ts';
import { lockFolder } from '../../server/db/lock.ts';
import { processOf } from '../../server/process/group.ts';
import { until } from '../helpers/until.ts';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'lock-'));
  folder = path.join(root, 'database');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const hold = (text: string) => writeFile(`${folder}.lock`, text);
const ofMine = (startTicks: number) => `${process.pid} ${startTicks}`;

describe('the lock of an embedded database', () => {
  test('is held by one, until it is given back', async () => {
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`Another server uses ${folder}.`);
    await unlock();
    await (await lockFolder(folder))();
    expect(await readdir(root)).toEqual([]);
  });
  test('of a process that is gone is taken over', async () => {
    await hold('4194303 17');
    const unlock = await lockFolder(folder);
    expect(await readFile(`${folder}.lock`, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    await unlock();
  });
  test('of a pid that somebody else has now is taken over: the start time tells', async () => {
    await hold(ofMine((processOf(process.pid)?.startTicks ?? 0) - 1));
    await (await lockFolder(folder))();
  });
  test('that a crash left empty is taken over', async () => {
    await hold('');
    await (await lockFolder(folder))();
  });
  test('that another one has by now is not removed when ours is given back', async () => {
    const unlock = await lockFolder(folder);
    await hold('somebody else');
    await unlock();
    expect(await readFile(`${folder}.lock`, 'utf8')).toBe('somebody else');
  });
  test('of a dead holder is taken by exactly one of many that want it at once', async () => {
    for (let round = 0; round < 30; round++) {
      await hold('4194303 17');
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      const holders = results.filter((r) => r.status === 'fulfilled');
      expect(holders.length).toBe(1);
      for (const { value } of holders) await value();
      expect(await readdir(root)).toEqual([]);
    }
  });
});

describe('a lock of another container or machine', () => {
  const elsewhere = [
    ['another host, where our pid is its own', `${process.pid} ${processOf(process.pid)?.startTicks ?? 0} uuid another-host pid:[1]`],
    ['another container of our name, with a pid that is none here', `4194303 17 uuid ${hostname()} pid:[1]`],
  ] as const;
  const seconds = (ago: number) => new Date(Date.now() - ago * 1000);

  test.for(elsewhere)('is held as long as it is touched, whatever its pid is here: %s', async ([, text]) => {
    await hold(text);
    const holder = setInterval(() => void utimes(`${folder}.lock`, new Date(), new Date()).catch(() => {}), 100);
    try {
      await expect(lockFolder(folder)).rejects.toThrow(`Another server uses ${folder}.`);
    } finally {
      clearInterval(holder);
    }
    expect(await readFile(`${folder}.lock`, 'utf8')).toBe(text);
    expect(await readdir(root)).toEqual(['database.lock']);
  });
  test.for(elsewhere)('is taken over when it was not touched for ten seconds, and not before: %s', async ([, text]) => {
    await hold(text);
    const touched = seconds(9);
    await utimes(`${folder}.lock`, touched, touched);
    const unlock = await lockFolder(folder);
    expect(Date.now() - touched.getTime()).toBeGreaterThanOrEqual(9_990);
    expect(seconds(0).getTime() - (await stat(`${folder}.lock`)).mtimeMs).toBeLessThan(500);
    await unlock();
    expect(await readdir(root)).toEqual([]);
  });
  test('sees ours touched while we hold it', async () => {
    const unlock = await lockFolder(folder);
    const modified = async () => (await stat(`${folder}.lock`)).mtimeMs;
    const first = await modified();
    await until('it is touched', async () => (await modified()) > first);
    await unlock();
    expect(await readdir(root)).toEqual([]);
  });
});

describe('the encryption key', () => {
  test('is made once, for its owner only, and is the same for all that start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => encryptionKeys(null, root)));
    expect(new Set(keys.map(([key]) => key?.toString('hex'))).size).toBe(1);
    expect(await encryptionKeys(null, root)).toEqual(keys[0]);
    expect(await readdir(root)).toEqual(['encryption.key']);
  });
  test('of the configuration comes first', async () => {
    const key = Buffer.alloc(32, 1);
    expect(await encryptionKeys([key], root)).toEqual([key]);
    expect(await readdir(root)).toEqual([]);
  });
  test('that is none is never replaced: what was stored with the right one could not be read any more', async () => {
    await writeFile(path.join(root, 'encryption.key'), 'short\n');
    await expect(encryptionKeys(null, root)).rejects.toThrow('does not hold a key of 32 bytes');
  });
});
