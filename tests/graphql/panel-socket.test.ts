/** The panel's own WebSocket against the server: who is asked for what, and what a new token changes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, follow } from '../../ui/src/lib/graphql/follow.ts';
import { graphql } from '../../ui/src/lib/graphql/graphql.ts';
import { openSocket, RENEWED } from '../../ui/src/lib/graphql/socket.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

let server: TestServer;
const expired = new Set<string>();
beforeAll(async () => {
  server = await testServer({ expired });
});
afterAll(() => server[Symbol.asyncDispose]());

const socketOf = (token: () => string | undefined) => openSocket({ url: `${server.url.replace('http', 'ws')}/plugins/load-testing/graphql`, token });

async function viewer(socket: ReturnType<typeof socketOf>) {
  for await (const { data } of socket.iterate<{ viewer: { id: string } }>({ query: '{ viewer { id } }' })) return data?.viewer.id;
  return null;
}

test('the socket of the panel comes in with the token of the host, and without one it is refused', async () => {
  const ada = socketOf(() => 'ada');
  expect(await viewer(ada)).toBe('ada');
  await ada.dispose();
  const nobody = socketOf(() => undefined);
  await expect(viewer(nobody)).rejects.toMatchObject({ code: 4403 });
  await nobody.dispose();
});

test('another token replaces the open socket: what is asked from then on is asked with it', async () => {
  let token = 'ada';
  const socket = socketOf(() => token);
  const codes: number[] = [];
  socket.on('closed', (event) => codes.push((event as CloseEvent).code));
  expect(await viewer(socket)).toBe('ada');
  token = 'guest';
  expect(await viewer(socket)).toBe('ada');
  socket.renew();
  await expect.poll(() => codes).toEqual([RENEWED]);
  expect(await viewer(socket)).toBe('guest');
  await socket.dispose();
});

const watchState = graphql(`subscription Watch($runId: ID!) { runState(runId: $runId) { state } }`);

test.each(['while it is open', 'after it was closed'])('what is refused on an open socket for a token that is over is asked again with the next one, %s', async (when) => {
  let token = 'ada';
  const socket = socketOf(() => token);
  const closed = Promise.withResolvers<void>();
  socket.on('closed', () => closed.resolve());
  const told: Connection[] = [];
  const page = new AbortController();
  expect(await viewer(socket)).toBe('ada');
  expired.add('ada');
  const following = follow({ socket, document: watchState, variables: () => ({ runId: 'none' }), onData() {}, onConnection: (connection) => void told.push(connection), signal: page.signal, wake: () => new Promise(() => {}) });
  await expect.poll(() => told.at(-1)).toEqual({ kind: 'refused', message: 'Sign in first.' });
  // Nobody uses it any more.
  if (when === 'after it was closed') await closed.promise;
  expect(told).toHaveLength(2);
  token = 'guest';
  socket.renew();
  // Who that is may ask, and there is no such run.
  await expect.poll(() => told.at(-1)).toEqual({ kind: 'refused', message: 'There is no such run.' });
  page.abort();
  await following;
  expired.clear();
  await socket.dispose();
});
