/** The WebSocket of the panel: its token, its pulse, and how it is replaced when there is another token. */
import { type ClientOptions, createClient, type Client as SocketClient } from 'graphql-ws';

/** A socket that has not answered a ping for so long is taken as dead: a cut cable closes nothing by itself. */
const PONG_WITHIN_MS = 5_000;
const PING_EVERY_MS = 5_000;

/** The panel itself closed the socket: it is opened again, with the token as it is by then. */
export const RENEWED = 4205;

export interface PanelSocket extends SocketClient {
  /** A token is read once, when a socket opens: after another one came, the open socket would go on with the old one. */
  renew(): void;
  /** Resolves when another token has come. */
  renewed(): Promise<void>;
}

export interface PanelSocketOptions extends Pick<ClientOptions, 'url'> {
  /** Read each time a socket opens. */
  readonly token: () => string | undefined;
}

/** No retry in here: `follow` asks again itself, after the last sequence that it has. */
export function openSocket({ url, token }: PanelSocketOptions): PanelSocket {
  let open: { close(code: number, reason: string): void } | null = null;
  let pong: ReturnType<typeof setTimeout> | undefined;
  let another = Promise.withResolvers<void>();
  const client = createClient({
    url,
    lazy: true,
    lazyCloseTimeout: 2_000,
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    // Browsers send no headers of ours with an upgrade: the server looks for the token here.
    connectionParams: () => {
      const current = token();
      return current ? { token: current } : {};
    },
    on: {
      opened: (socket) => (open = socket as NonNullable<typeof open>),
      ping: (received) => {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pong);
      },
      closed: () => {
        open = null;
        clearTimeout(pong);
      },
    },
  });
  return Object.assign(client, {
    renew() {
      open?.close(RENEWED, 'another token');
      another.resolve();
      another = Promise.withResolvers();
    },
    renewed: () => another.promise,
  });
}
