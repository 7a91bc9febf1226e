/**
 * A WebSocket of which the server holds only so much that its client has not read. Each subscription has one answer on its way at most,
 * whoever reads slowly; a client with very many of them is let go, and asks again after what it has.
 */
import { WebSocket } from 'ws';

const MOST_UNREAD_BYTES = 16 * 1024 * 1024;

export class BoundedSocket extends WebSocket {
  override send(...message: unknown[]): void {
    // What it is not sent any more, it is told by its lost connection.
    if (this.bufferedAmount > MOST_UNREAD_BYTES) this.terminate();
    super.send(...(message as Parameters<WebSocket['send']>));
  }
}
