/**
 * What the tool of a run printed, read while somebody looks at it: all lines so far, then those that come. After a lost connection, or
 * when the reader comes back, the server is asked from the next line on.
 */
import { type Connection, follow } from '../graphql/follow.ts';
import type { PanelSocket } from '../graphql/socket.ts';
import { type KeptLines, NO_LINES, nextOf, withLines } from './log-lines.ts';
import { WatchLog } from './operations.ts';

export class RunLog {
  /** Is it shown? */
  open = $state(false);
  kept = $state.raw<KeptLines>(NO_LINES);
  connection = $state.raw<Connection>({ kind: 'connecting' });
  /** The server has answered: what is not there was not printed. */
  known = $state(false);

  readonly runId: string;

  constructor(runId: string) {
    this.runId = runId;
  }

  /** Returns what ends it. A log that was read to its end is not asked for again. */
  watch(socket: PanelSocket): () => void {
    if (this.connection.kind === 'ended') return () => {};
    const end = new AbortController();
    let wakeUp = Promise.withResolvers<void>();
    const wake = () => {
      wakeUp.resolve();
      wakeUp = Promise.withResolvers<void>();
    };
    window.addEventListener('online', wake);
    void follow({
      socket,
      document: WatchLog,
      variables: () => ({ runId: this.runId, afterLine: nextOf(this.kept) }),
      onData: ({ runLog }) => {
        this.kept = withLines(this.kept, runLog);
        this.known = true;
      },
      onConnection: (connection) => (this.connection = connection),
      signal: end.signal,
      wake: () => wakeUp.promise,
    });
    return () => {
      window.removeEventListener('online', wake);
      end.abort();
    };
  }
}
