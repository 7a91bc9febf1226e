/** The panel's own WebSocket against the server: who is asked for what, and what a new token changes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket, RENEWED } from '../../ui/src/lib/graphql/socket.ts';
import { type TestServer, testServer } from '../helpers/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
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
