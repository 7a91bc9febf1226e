/**
 * One reader of a run in this process, for all who watch it here: it reads when the run changes, and wakes them. It lives only while
 * somebody watches. Who is slow finds more when it looks again, and is kept no queue of.
 */
import { setImmediate } from 'node:timers/promises';
import { isAway } from '../db/away.ts';
import { Bell } from './bell.ts';
import { LOOK_AGAIN_MS, type RunEvents } from './events.ts';
import { within } from './within.ts';

export interface Reader {
  /** Reads what is new; false: nothing. The first time there always is something, unless the run is gone. */
  read(): Promise<boolean>;
  /** There will be nothing new any more. */
  readonly over: boolean;
}

interface Feed {
  readonly reader: Reader;
  readonly news: Bell;
  readonly unwatched: AbortController;
  readonly runId: string;
  /** Resolves when its last watcher is gone. */
  readonly gone: PromiseWithResolvers<void>;
  watchers: number;
  /** Grows with each reading that brought something. */
  version: number;
  over: boolean;
  failed: { readonly error: unknown } | null;
}

export class Feeds {
  readonly #feeds = new Map<string, Feed>();
  readonly #events: RunEvents;
  readonly #lookAgainMs: number;

  constructor(events: RunEvents, lookAgainMs = LOOK_AGAIN_MS) {
    this.#events = events;
    this.#lookAgainMs = lookAgainMs;
  }

  /** How many there are. */
  get size(): number {
    return this.#feeds.size;
  }

  /** Resolves when nobody watches one of these runs any more, as when all have been told their end; or after `ms`. */
  async unwatched(runIds: readonly string[], ms: number): Promise<void> {
    const ends = [...this.#feeds.values()].filter(({ runId }) => runIds.includes(runId)).map(({ gone }) => gone.promise);
    await within(ms, Promise.all(ends));
    // Who was the last to be told something is told in this turn that it was all.
    await setImmediate();
  }

  /**
   * The reader whenever it has something that was not seen here, in the state that it has by then; ends after its last reading, or with the signal.
   * @param what of the run; the same words get the same reader
   */
  async *watch<R extends Reader>(what: string, runId: string, open: () => R, signal: AbortSignal): AsyncGenerator<R> {
    const key = `${what} ${runId}`;
    const feed = this.#feeds.get(key) ?? this.#start(key, runId, open());
    feed.watchers += 1;
    try {
      for (let seen = 0; !signal.aborted; ) {
        if (feed.version > seen) {
          seen = feed.version;
          yield feed.reader as R;
        } else if (feed.failed) throw feed.failed.error;
        else if (feed.over) return;
        else await feed.news.next(signal);
      }
    } finally {
      feed.watchers -= 1;
      if (feed.watchers === 0) {
        this.#end(key, feed);
        feed.gone.resolve();
      }
    }
  }

  #start(key: string, runId: string, reader: Reader): Feed {
    const feed: Feed = { reader, news: new Bell(), unwatched: new AbortController(), runId, gone: Promise.withResolvers(), watchers: 0, version: 0, over: false, failed: null };
    this.#feeds.set(key, feed);
    void this.#follow(key, runId, feed);
    return feed;
  }

  async #follow(key: string, runId: string, feed: Feed): Promise<void> {
    const { signal } = feed.unwatched;
    while (!signal.aborted) {
      // Listening begins before anything is read, so that no news is missed in between.
      const changed = this.#events.next(runId, this.#lookAgainMs, signal);
      try {
        if (await feed.reader.read()) feed.version += 1;
        feed.over = feed.reader.over;
      } catch (error) {
        // A database that is away comes back, and then everything is read that was stored in the meantime.
        if (!isAway(error)) feed.failed = { error };
      }
      feed.news.ring();
      if (feed.over || feed.failed) this.#end(feed.failed ? key : null, feed);
      await changed;
    }
  }

  /** `key`: who comes from now on gets another one. */
  #end(key: string | null, feed: Feed): void {
    feed.unwatched.abort();
    if (key !== null && this.#feeds.get(key) === feed) this.#feeds.delete(key);
  }
}
