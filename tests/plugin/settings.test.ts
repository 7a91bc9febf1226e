/** What a wrong setting says: at once, with its name and what is expected. */
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activate } from '../../plugin/activate.ts';
import { readConfig } from '../../plugin/config.ts';
import { prepareDataFolder } from '../../plugin/data-folder.ts';
import type { Host } from '../../plugin/host.ts';
import { listen, requireFreePort } from '../../server/listen.ts';
import { listening } from '../helpers/listening.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('what is no number is told what is expected', () => {
  for (const [name, value, expected] of [
    ['LOAD_TESTING_MAX_USERS', 'abc', 'must be a whole number above 0'],
    ['LOAD_TESTING_MAX_USERS', '1.5', 'must be a whole number above 0'],
    ['LOAD_TESTING_MAX_RATE', 'abc', 'must be a number above 0'],
    ['LOAD_TESTING_MAX_RATE', '-1', 'must be a number above 0'],
    ['LOAD_TESTING_CONCURRENT_RUNS', '101', 'must be a whole number from 1 to 100'],
    ['LOAD_TESTING_SANDBOX', 'maybe', 'must be auto, required or off'],
    ['PORT', '70000', 'must be a whole number from 0 to 65535'],
  ] as const)
    test(`${name}=${value}`, () => expect(() => readConfig({ [name]: value })).toThrow(new Error(`${name}: ${expected}`)));
});

describe('the data folder', () => {
  test('is made with all that is above it, and nothing is left in it', async () => {
    const wanted = path.join(folder, 'a/b/c');
    for (const _ of ['new', 'there']) await prepareDataFolder(wanted);
    expect(await readdir(wanted)).toEqual([]);
  });

  test('that is none is told by the name of its variable', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    for (const wrong of [file, path.join(file, 'below')]) await expect(prepareDataFolder(wrong)).rejects.toThrow(`LOAD_TESTING_DATA_DIR: ${wrong} cannot be used: a part of it is a file.`);
  });

  test.skipIf(process.platform !== 'linux')('in a place that takes no folders is told, and not tried for ever', async () => {
    for (const wrong of ['/proc', '/proc/x', '/proc/x/y']) await expect(prepareDataFolder(wrong)).rejects.toThrow(`LOAD_TESTING_DATA_DIR: ${wrong} cannot be used: no folder can be made there.`);
  });
});

test('a variable that is named as ours and is none of them is told at the start; a port that is taken, before any tool is asked', async () => {
  const asked = path.join(folder, 'asked');
  const tool = path.join(folder, 'k6');
  await writeFile(tool, `#!/bin/sh\ntouch ${asked}\n`);
  await chmod(tool, 0o755);
  await using taken = await listening(() => ({ body: '' }));
  const { port } = new URL(taken.url);
  const config = readConfig({ PORT: port, LOAD_TESTING_DATA_DIR: folder, LOAD_TESTING_MAX_USERSS: '5', LOAD_TEST_TOKEN: 'of a script', K6_PATH: tool, LOCUST_PATH: tool, ARTILLERY_PATH: tool });
  const told: string[] = [];
  const host: Host = { identify: async () => null, workflows: { list: async () => [], get: async () => null }, secrets: { get: async () => null }, target: null, log: { info() {}, warn() {}, error() {} } };
  await expect(activate(host, { config, report: (line) => void told.push(line) })).rejects.toThrow(`Port ${port} is in use. Set PORT to another one.`);
  expect(told).toEqual(['LOAD_TESTING_MAX_USERSS is no setting of load testing, and is ignored.']);
  expect(await readdir(folder)).not.toContain(path.basename(asked));
});

test('how long intervals are kept is one number of days, and another one for organizations that are named', () => {
  const kept = (value?: string) => readConfig({ LOAD_TESTING_KEEP_INTERVALS_DAYS: value }).keepIntervals;
  expect(kept()).toEqual({ days: 90, daysOf: {} });
  expect(kept('0')).toEqual({ days: 0, daysOf: {} });
  expect(kept('30, acme=7,a=b=0')).toEqual({ days: 30, daysOf: { acme: 7, 'a=b': 0 } });
  for (const wrong of ['-1', 'ever', '30,acme', '30,=7', '30,acme=x', '30,12', '1.5', '30,']) expect(() => kept(wrong)).toThrow(/^LOAD_TESTING_KEEP_INTERVALS_DAYS: must be a number of days/);
});

test('a port that was found free can be listened to', async () => {
  const first = await listening(() => ({ body: '' }));
  const at = { host: '127.0.0.1', port: Number(new URL(first.url).port) };
  await first[Symbol.asyncDispose]();
  await requireFreePort(at);
  const server = createServer();
  await listen(server, at);
  server.close();
});
