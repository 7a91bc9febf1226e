/** Cloud Logging as it is used here: a tail, and lists of what is stored. */
import { addAbortSignal, type Duplex, Readable } from 'node:stream';
import type { Entry } from '@google-cloud/logging';
import { problemOf } from './problems.ts';

type Answered = Parameters<typeof Entry.fromApiResponse_>[0];

/** Of LoggingServiceV2Client, which its package exports without types. */
export interface LoggingClient {
  listLogEntriesAsync(request: object, options: object): AsyncIterable<Answered>;
  tailLogEntries(): Duplex & { cancel(): void };
  close(): Promise<void>;
}

/** What a tail brings at once. */
export interface Tailed {
  readonly entries: readonly Entry[];
  /** Some were left out: there were too many. */
  readonly isSuppressed: boolean;
}

const PAGE_SIZE = 1000;
/** Of google.rpc.Code: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED (which is a rate here), ABORTED, INTERNAL, UNAVAILABLE. */
const PASSING = [4, 8, 10, 13, 14];
/** A page, however often it is asked for. */
const WITHIN_MS = 30_000;

export type Logging = ReturnType<typeof openLogging>;

export function openLogging(client: LoggingClient, entryOf: (answered: Answered) => Entry, project: string, againMs: number) {
  const resourceNames = [`projects/${project}`];
  const backoffSettings = {
    initialRetryDelayMillis: againMs,
    retryDelayMultiplier: 2,
    maxRetryDelayMillis: WITHIN_MS,
    initialRpcTimeoutMillis: WITHIN_MS,
    rpcTimeoutMultiplier: 1,
    maxRpcTimeoutMillis: WITHIN_MS,
    totalTimeoutMillis: WITHIN_MS,
  };
  const retry = { retryCodes: PASSING, backoffSettings };
  return {
    /** What was printed since then, the oldest first. */
    async *list(filter: string, sinceMs: number, signal: AbortSignal, pageSize = PAGE_SIZE): AsyncGenerator<Entry> {
      const request = { resourceNames, filter: `${filter} AND timestamp>="${new Date(sinceMs).toISOString()}"`, orderBy: 'timestamp asc', pageSize };
      try {
        for await (const entry of Readable.from(client.listLogEntriesAsync(request, { retry }), { signal })) yield entryOf(entry);
      } catch (error) {
        signal.throwIfAborted();
        throw problemOf(error);
      }
    },
    /** As they come in, until it ends: by the signal, after an hour, or with what is in the way. */
    async *tail(filter: string, signal: AbortSignal): AsyncGenerator<Tailed> {
      const stream = addAbortSignal(signal, client.tailLogEntries());
      try {
        stream.write({ resourceNames, filter, bufferWindow: { seconds: 0 } });
        for await (const { entries, suppressionInfo } of stream) yield { entries: (entries ?? []).map(entryOf), isSuppressed: Boolean(suppressionInfo?.length) };
      } catch (error) {
        if (!signal.aborted) throw problemOf(error);
      } finally {
        stream.cancel();
      }
    },
    close: () => client.close(),
  };
}
