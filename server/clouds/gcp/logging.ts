/** Cloud Logging as it is used here: a tail, and lists of what is stored. */
import type { Ask } from './ask.ts';
import type { LogEntry } from './entry.ts';

/** Of LoggingServiceV2Client, which its package exports without types. */
export interface LoggingClient {
  listLogEntries(request: object, options: { autoPaginate: false }): Promise<[LogEntry[] | null, unknown, { nextPageToken?: string | null } | null]>;
  tailLogEntries(): TailStream;
  close(): Promise<void>;
}

interface TailStream {
  write(request: object): void;
  cancel(): void;
  on(event: 'data', listener: (response: { entries?: LogEntry[] | null; suppressionInfo?: object[] | null }) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'end', listener: () => void): void;
}

const PAGE = 1000;

export function openLogging(client: LoggingClient, project: string, ask: Ask) {
  const resourceNames = [`projects/${project}`];
  return {
    /** The oldest first. */
    async *list(filter: string, signal: AbortSignal, pageSize = PAGE): AsyncGenerator<LogEntry> {
      let pageToken: string | undefined;
      do {
        const [entries, , answer] = await ask(() => client.listLogEntries({ resourceNames, filter, orderBy: 'timestamp asc', pageSize, ...(pageToken ? { pageToken } : {}) }, { autoPaginate: false }), signal);
        yield* entries ?? [];
        pageToken = answer?.nextPageToken || undefined;
      } while (pageToken && !signal.aborted);
    },
    /**
     * Entries as they come in, until it ends: by the signal, after an hour, or because something is in the way.
     * @param onSuppressed some were left out: there were too many
     * @returns settles when it has ended, with what is in the way
     */
    tail(filter: string, onEntry: (entry: LogEntry) => void, onSuppressed: () => void, signal: AbortSignal): Promise<Error | null> {
      const { promise, resolve } = Promise.withResolvers<Error | null>();
      if (signal.aborted) return Promise.resolve(null);
      const stream = client.tailLogEntries();
      const cancel = () => stream.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      stream.on('data', ({ entries, suppressionInfo }) => {
        for (const entry of entries ?? []) onEntry(entry);
        if (suppressionInfo?.length) onSuppressed();
      });
      stream.on('error', resolve);
      stream.on('end', () => resolve(null));
      stream.write({ resourceNames, filter, bufferWindow: { seconds: 0 } });
      return promise.finally(() => signal.removeEventListener('abort', cancel));
    },
    close: () => client.close(),
  };
}

export type Logging = ReturnType<typeof openLogging>;
