/**
 * The lines of all shards of a run, as they come to CloudWatch Logs: one question a second for all of them. Live Tail would sample
 * above 500 lines a second, and a question for each stream is more than an account may ask.
 */
import { Recent } from '../polled/recent.ts';
import { isNoStream, problemOf } from './problems.ts';
import type { Region } from './region.ts';

/** Lines are searchable some seconds after they were printed, each stream at its own time: so far back they are looked for again. */
const LATE_MS = 30_000;
/** Clocks differ, here and there. */
const BEFORE_MS = 600_000;

export class Lines {
  readonly #region: Region;
  readonly #prefix: string;
  /** Stream -> time of its last line. */
  readonly #last = new Map<string, number>();
  readonly #told = new Recent();
  readonly #since = Date.now() - BEFORE_MS;

  /** @param prefix of the streams */
  constructor(region: Region, prefix: string) {
    this.#region = region;
    this.#prefix = prefix;
  }

  /** Each line once, in the order of its stream. @param live streams of which more will come */
  async read(live: readonly string[], tell: (stream: string, line: string) => void, signal: AbortSignal): Promise<void> {
    const { logs, logGroupName, pages } = this.#region;
    const search = { logGroupName, logStreamNamePrefix: this.#prefix, startTime: this.#from(live) };
    const found = pages.paginateFilterLogEvents({ client: logs }, search, { abortSignal: signal });
    for await (const { eventId = '', timestamp = 0, logStreamName: stream = '', message = '' } of eventsOf(found, 'logs:FilterLogEvents')) {
      if (!this.#told.add(eventId)) continue;
      this.#last.set(stream, Math.max(timestamp, this.#last.get(stream) ?? 0));
      tell(stream, message);
    }
  }

  /** What the slowest stream may still have to tell; but one that says nothing any more does not hold up the others. */
  #from(live: readonly string[]): number {
    const newest = Math.max(this.#since, ...this.#last.values());
    const slowest = Math.min(newest, ...live.map((stream) => this.#last.get(stream) ?? this.#since));
    return Math.max(slowest, newest - LATE_MS, this.#since);
  }
}

/** All that one stream holds, from its beginning. */
export async function* storedLines({ logs, logGroupName, pages }: Region, logStreamName: string, signal: AbortSignal): AsyncIterable<string> {
  // The same token again: that was the end.
  const stored = pages.paginateGetLogEvents({ client: logs, stopOnSameToken: true }, { logGroupName, logStreamName, startFromHead: true }, { abortSignal: signal });
  for await (const { message } of eventsOf(stored, 'logs:GetLogEvents')) if (message !== undefined) yield message;
}

/** Where nothing was printed there is no stream. */
async function* eventsOf<T>(pages: AsyncIterable<{ readonly events?: readonly T[] | undefined }>, what: string): AsyncGenerator<T> {
  try {
    for await (const { events = [] } of pages) yield* events;
  } catch (error) {
    if (!isNoStream(error)) throw problemOf(error, what);
  }
}
