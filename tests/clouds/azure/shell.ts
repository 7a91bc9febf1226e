/** Shells in containers, by WebSocket: the first message is the password, the others are typed. They know one command. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface Shells extends AsyncDisposable {
  /** @param terminate what `kill -TERM 1` does there */
  open(terminate: () => void): { readonly webSocketUri: string; readonly password: string };
  /** None can be reached. */
  isAway: boolean;
  /** What was typed that is no command, or by somebody who does not know the password. */
  readonly wrong: string[];
}

export async function startShells(): Promise<Shells> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const opened = new Map<string, { readonly password: string; readonly terminate: () => void }>();
  const wrong: string[] = [];
  const shells: Shells = {
    isAway: false,
    wrong,
    open(terminate) {
      const [id, password] = [crypto.randomUUID(), crypto.randomUUID()];
      opened.set(id, { password, terminate });
      return { webSocketUri: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/exec/${id}`, password };
    },
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('connection', (socket, { url = '' }) => {
    const shell = opened.get(url.replace('/exec/', ''));
    if (shells.isAway || !shell) return socket.terminate();
    let isKnown = false;
    let text = '';
    socket.on('message', (data) => {
      if (!isKnown) {
        isKnown = String(data) === shell.password;
        if (!isKnown) wrong.push('a wrong password');
        return;
      }
      text += String(data);
      if (!text.endsWith('\n')) return;
      if (text === 'kill -TERM 1; exit\n') shell.terminate();
      else wrong.push(text);
      socket.close();
    });
  });
  return shells;
}
