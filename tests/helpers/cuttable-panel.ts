/** The panel's connection to its server, which a test can take away and give back. */
import type { Page, WebSocketRoute } from 'playwright-core';

export interface Connection {
  /** All there are break off, and none is made anew. */
  cut(): Promise<void>;
  restore(): void;
}

/** To be called before the page opens one. */
export async function cuttable(page: Page): Promise<Connection> {
  let reachable = true;
  const sockets: WebSocketRoute[] = [];
  const close = (socket: WebSocketRoute) => socket.close({ code: 4000, reason: 'cut' });
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (!reachable) return void close(socket);
    socket.connectToServer();
    sockets.push(socket);
  });
  return {
    async cut() {
      reachable = false;
      for (const socket of sockets) await close(socket);
    },
    restore() {
      reachable = true;
    },
  };
}
