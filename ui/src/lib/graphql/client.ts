/** The panel's two ways to the server: urql for questions, graphql-ws for what is watched. Same path, same token. */
import { resolve } from '$app/paths';
import { Client, fetchExchange } from '@urql/core';
import { host } from '../host/host.svelte.ts';
import { openSocket, type PanelSocket } from './socket.ts';

const endpoint = () => new URL(`${resolve('/')}graphql`, location.href);

export const authorization = (): Record<string, string> => (host.token ? { authorization: `Bearer ${host.token}` } : {});

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

let socket: PanelSocket | undefined;

export function socketClient(): PanelSocket {
  if (socket) return socket;
  const url = endpoint();
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const opened = openSocket({ url: url.href, token: () => host.token });
  host.onToken = () => opened.renew();
  socket = opened;
  return opened;
}
