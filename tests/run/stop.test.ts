/** A stop works within the grace and 2 s, whatever the tool and the target do: nothing of the run lives, and the target hears no more. */
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { frameworks } from '../../templates/index.ts';
import { openSandbox } from '../../server/run/sandbox.ts';
import { childProcesses } from '../helpers/leaks.ts';
import { searchPath, toolPath } from '../helpers/places.ts';
import { accepted, definition, planFor, type RunAnswer, running, settled, stop } from '../helpers/runs.ts';
import { type TestServer, testServer } from '../helpers/server.ts';
import { misbehavingLocust } from '../helpers/tool.ts';
import { until } from '../helpers/until.ts';
import { livingOf, livingWith } from '../helpers/victim.ts';

const { isolation } = await openSandbox({ mode: 'auto', dataFolder: await mkdtemp(path.join(tmpdir(), 'probe-')), searchPath });
/** As an operator has it: with bubblewrap where it works, and without. */
const sandboxes: readonly (readonly [string, { readonly sandbox?: 'off' }])[] = [...(isolation.includes('bubblewrap: ') ? [['in bubblewrap', {}] as const] : []), ['without a sandbox', { sandbox: 'off' }] as const];

afterEach(() => expect(childProcesses()).toEqual([]));

interface Mute extends AsyncDisposable {
  readonly url: string;
  /** Connections, and pieces of requests, that came. */
  readonly heard: () => number;
}

/** A target that accepts and never answers. */
async function mute(): Promise<Mute> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('data', () => { count += 1; });
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => count,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Stops it, and holds the end against the grace. */
async function stopped(server: TestServer, id: string, graceMs: number, target?: Mute): Promise<RunAnswer> {
  const askedAt = performance.now();
  await stop(server, id);
  const run = await settled(server, id);
  const tookMs = performance.now() - askedAt;
  const heard = target?.heard();
  expect(livingOf(server.dataFolder)).toEqual([]);
  expect(childProcesses()).toEqual([]);
  expect(run).toMatchObject({ state: 'ABORTED', ending: { cause: 'stop_asked' } });
  expect(tookMs).toBeLessThan(graceMs + 2000);
  // Nobody is left who could send anything.
  expect(target?.heard()).toBe(heard);
  return run;
}

const GRACE_MS = 500;
const REQUESTS = `while :; do request 100000 5000 ok; sleep 0.1; done`;
const DEAF = `trap "" INT TERM HUP`;
/** Goes on sending to the target, in a session of its own. */
const STRAY = (url: string, more = '') => `setsid ${more} sh -c '${DEAF}; exec node -e "setInterval(() => fetch(\\"${url}\\").catch(() => {}), 50)"' &`;

const MISBEHAVING: Readonly<Record<string, (url: string) => string>> = {
  'hears no SIGINT, nor do its children': () => `${DEAF}; begin; (sleep 300) & (sleep 300) & ${REQUESTS}`,
  'is frozen': () => `begin; request 100000 5000 ok; kill -STOP $$`,
  'has a child in a session of its own': (url) => `begin; ${STRAY(url)} ${REQUESTS}`,
  'has a child in a session of its own, and ends at once': (url) => `trap 'exit 0' INT; begin; ${STRAY(url)} ${REQUESTS}`,
  'has a child in a session of its own, whose parent is gone': (url) => `begin; (${STRAY(url)} sleep 0.1); ${REQUESTS}`,
};

/** In bubblewrap it is found by nobody, and dies with its namespace all the same. */
const UNKNOWN: typeof MISBEHAVING = { 'has a child in a session of its own that has forgotten whose it is': (url) => `begin; ${STRAY(url, 'env -i PATH="$PATH"')} ${REQUESTS}` };

for (const [where, options] of sandboxes)
  describe(`${where}, a run is stopped whose tool`, () => {
    for (const [what, behaviour] of Object.entries({ ...MISBEHAVING, ...(options.sandbox === 'off' ? {} : UNKNOWN) }))
      test(what, async () => {
        await using target = await mute();
        await using server = await testServer({ ...options, stopGraceMs: GRACE_MS, tools: await misbehavingLocust(behaviour(target.url)) });
        const id = await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor(target.url) });
        await running(server, id);
        if (what.includes('session')) await until('the child sends', () => target.heard() > 0);
        await stopped(server, id, GRACE_MS, target);
        expect(livingWith(target.url)).toEqual([]);
        expect(server.errors).toEqual([]);
      });

    test('ended well by itself, and left a child in a session of its own: the child is ended, and the run keeps its end', async () => {
      await using target = await mute();
      const behaviour = `begin; ${STRAY(target.url)} request 100000 5000 ok; sleep 0.5; printf '["end","planned",1,0,0,0,0]\\n' >&3; exit 0`;
      await using server = await testServer({ ...options, tools: await misbehavingLocust(behaviour) });
      const run = await settled(server, await accepted(server, { framework: 'locust', workflow: { definition }, plan: planFor(target.url) }));
      expect(run).toMatchObject({ state: 'FINISHED', ending: { cause: 'planned_end' } });
      expect(livingOf(server.dataFolder)).toEqual([]);
      expect(server.errors).toEqual([]);
    });
  });

describe('a target that accepts and never answers', async () => {
  for (const { key, name } of frameworks)
    test.skipIf((await toolPath(key)) === null)(`is left alone by ${name} within the grace and 2 s`, async () => {
      await using target = await mute();
      const graceMs = 3000;
      await using server = await testServer({ stopGraceMs: graceMs });
      const plan = planFor(target.url, { load: { closed: { stages: [{ durationMs: 0, users: 5 }, { durationMs: 300_000, users: 5 }] } }, requestTimeoutMs: 120_000 });
      const id = await accepted(server, { framework: key, workflow: { definition }, plan });
      await running(server, id);
      await until('the target holds a request', () => target.heard() >= 2);
      await stopped(server, id, graceMs, target);
      expect(server.errors).toEqual([]);
    });
});
