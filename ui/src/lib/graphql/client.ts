/** The panel's two ways to the server: urql for questions, graphql-ws for what is watched. Same path, same token. */
import { resolve } from '$app/paths';
import { Client, fetchExchange } from '@urql/core';
import { createClient, type Client as SocketClient } from 'graphql-ws';
import { host } from '../host/host.svelte.ts';

/** A socket that has not answered a ping for so long is taken as dead: a cut cable closes nothing by itself. */
const PONG_WITHIN_MS = 5_000;
const PING_EVERY_MS = 5_000;

const endpoint = () => new URL(`${resolve('/')}graphql`, location.href);

const authorization = (): Record<string, string> => (host.token ? { authorization: `Bearer ${host.token}` } : {});

let client: Client | undefined;

export function graphqlClient(): Client {
  client ??= new Client({
    url: endpoint().href,
    exchanges: [fetchExchange],
    preferGetMethod: false,
    // A preflighted header: what a foreign page could send without asking is refused by the server.
    fetchOptions: () => ({ headers: { ...authorization(), 'x-graphql-yoga-csrf': 'panel' } }),
  });
  return client;
}

let socket: SocketClient | undefined;

/** No retry in here: `follow` asks again itself, after the last sequence that it has. */
export function socketClient(): SocketClient {
  if (socket) return socket;
  const url = endpoint();
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  let pong: ReturnType<typeof setTimeout> | undefined;
  const created = createClient({
    url: url.href,
    lazy: true,
    lazyCloseTimeout: 2_000,
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    connectionParams: authorization,
    on: {
      ping: (received) => {
        if (!received) pong = setTimeout(() => created.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pong);
      },
      closed: () => clearTimeout(pong),
    },
  });
  socket = created;
  return created;
}
