/**
 * The lines of all shards of a run, as they come to CloudWatch Logs: one question a second for all of them. Live Tail would sample
 * above 500 lines a second, and a question for each stream is more than an account may ask.
 */
import type { CloudWatchLogs, FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';

/** Lines are searchable some seconds after they were printed, each stream at its own time: so far back they are looked for again. */
const LATE_MS = 30_000;
/** Clocks differ, here and there. */
const BEFORE_MS = 600_000;

export class Lines {
  readonly #logs: CloudWatchLogs;
  readonly #of: { readonly logGroupName: string | undefined; readonly logStreamNamePrefix: string };
  /** Stream -> time of its last line. */
  readonly #last = new Map<string, number>();
  /** Id of an event -> its time. */
  readonly #told = new Map<string, number>();
  readonly #since = Date.now() - BEFORE_MS;

  constructor(logs: CloudWatchLogs, of: { readonly logGroupName: string | undefined; readonly logStreamNamePrefix: string }) {
    this.#logs = logs;
    this.#of = of;
  }

  /** Each line once, in the order of its stream. @param live streams of which more will come */
  async read(live: readonly string[], tell: (stream: string, line: string) => void, signal: AbortSignal): Promise<void> {
    const startTime = this.#from(live);
    for (const [id, at] of this.#told) if (at < startTime) this.#told.delete(id);
    let nextToken: string | undefined;
    do {
      const page = await this.#logs.filterLogEvents({ ...this.#of, startTime, nextToken }, { abortSignal: signal });
      for (const event of page.events ?? []) this.#take(event, tell);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }

  #take({ eventId = '', timestamp = 0, logStreamName: stream = '', message = '' }: FilteredLogEvent, tell: (stream: string, line: string) => void): void {
    if (this.#told.has(eventId)) return;
    this.#told.set(eventId, timestamp);
    this.#last.set(stream, Math.max(timestamp, this.#last.get(stream) ?? 0));
    tell(stream, message);
  }

  /** What the slowest stream may still have to tell; but one that says nothing any more does not hold up the others. */
  #from(live: readonly string[]): number {
    const newest = Math.max(this.#since, ...this.#last.values());
    const slowest = Math.min(newest, ...live.map((stream) => this.#last.get(stream) ?? this.#since));
    return Math.max(slowest, newest - LATE_MS, this.#since);
  }
}

/** All that one stream holds, from its beginning. */
export async function* storedLines(logs: CloudWatchLogs, of: { readonly logGroupName: string | undefined; readonly logStreamName: string }, signal: AbortSignal): AsyncIterable<string> {
  let token: string | undefined;
  for (;;) {
    const { events = [], nextForwardToken } = await logs.getLogEvents({ ...of, startFromHead: true, nextToken: token }, { abortSignal: signal });
    for (const { message } of events) if (message !== undefined) yield message;
    // The same token again: that was the end.
    if (nextForwardToken === undefined || nextForwardToken === token) return;
    token = nextForwardToken;
  }
}
