/**
 * A run that is watched: its state, its intervals so far, and whether the connection holds. Outlives a lost connection;
 * after it the server is asked for what came after the last sequence. The screen is told once a second, however many
 * messages come in.
 */
import { type Connection, follow } from '../graphql/follow.ts';
import type { ResultOf } from '../graphql/graphql.ts';
import type { PanelSocket } from '../graphql/socket.ts';
import { together } from '../graphql/together.ts';
import { conflate } from '../metrics/conflate.ts';
import { type Course, drawn, extended, NOTHING } from '../metrics/course.ts';
import { WatchMetrics, WatchState } from './operations.ts';
import { isSettled, type RunState } from './state.ts';

type Update = ResultOf<typeof WatchMetrics>['runMetrics'];
export type LiveRow = Update['metrics'][number];
export type LiveSummary = NonNullable<Update['summary']>;
export type LiveObjective = Update['objectives'][number];
type State = ResultOf<typeof WatchState>['runState'];

const REDRAW_EVERY_MS = 1_000;
/** A run that goes on tells of itself each second: so long without a word is said, and nothing is counted on. */
const SILENT_AFTER_MS = 5_000;

export class RunMonitor {
  state = $state<RunState>('QUEUED');
  startedAt = $state.raw<string | null>(null);
  moves = $state.raw<State['moves']>([]);
  /** As charts draw them: of a long run each has several seconds. */
  rows = $state.raw<readonly LiveRow[]>([]);
  /** The last second. */
  last = $state.raw<LiveRow | null>(null);
  summary = $state.raw<LiveSummary | null>(null);
  objectives = $state.raw<readonly LiveObjective[]>([]);
  /** Why all of it failed so far; null: it did not, or not alike. */
  commonCause = $state.raw<string | null>(null);
  /** Of the state and of the intervals: a page that hears only one of them would show an old state, or old numbers, as if it were live. */
  connection = $state.raw<Connection>({ kind: 'connecting' });
  /** Epoch ms since when nothing comes in; null: connected. */
  lostSince = $state<number | null>(null);
  /** Epoch ms since when the server tells nothing of it any more: what is known is of then, and nothing is counted on. */
  refusedSince = $state<number | null>(null);
  /** For a moment after a lost connection is back. */
  restored = $state(false);
  /** Its numbers come so late, as a rule; null: at once. */
  lagMs = $state.raw<number | null>(null);
  /** Where the run was, and when we heard it. */
  #heard = $state.raw<{ offsetMs: number; at: number } | null>(null);
  /** When its state was told last, epoch ms. */
  #toldAt = $state(Date.now());

  readonly settled: boolean = $derived(isSettled(this.state));
  /** How the run goes on is not known: the connection is lost, or the server tells nothing of it. What is known is of the last news. */
  readonly unknown: boolean = $derived(this.lostSince !== null || this.refusedSince !== null);

  readonly runId: string;
  readonly #end = new AbortController();
  #ofState: Connection = { kind: 'connecting' };
  #ofIntervals: Connection = { kind: 'connecting' };
  #course: Course<LiveRow> = NOTHING;
  #sequence = 0;
  #latest: Update | null = null;
  #wakeUp = Promise.withResolvers<void>();
  readonly #screen = conflate(REDRAW_EVERY_MS, () => this.#publish());

  constructor(runId: string, known: { state: RunState; startedAt: string | null; moves: State['moves'] }) {
    this.runId = runId;
    Object.assign(this, known);
  }

  /** Starts watching; returns what ends it. */
  watch(socket: PanelSocket): () => void {
    const common = { socket, signal: this.#end.signal, wake: () => this.#wakeUp.promise };
    void follow({
      ...common,
      document: WatchState,
      variables: () => ({ runId: this.runId }),
      onData: ({ runState }) => this.#told(runState),
      onConnection: (connection) => {
        this.#ofState = connection;
        this.#connected();
      },
    });
    void follow({
      ...common,
      document: WatchMetrics,
      variables: () => ({ runId: this.runId, afterSequence: this.#sequence }),
      onData: ({ runMetrics }) => this.#take(runMetrics),
      onConnection: (connection) => {
        this.#ofIntervals = connection;
        if (connection.kind === 'ended') this.#screen.flush();
        this.#connected();
      },
    });
    const wake = () => this.retry();
    window.addEventListener('online', wake);
    return () => {
      window.removeEventListener('online', wake);
      this.#screen.stop();
      this.#end.abort();
    };
  }

  /** Tries at once instead of at the end of the waiting time. */
  retry(): void {
    this.#wakeUp.resolve();
    this.#wakeUp = Promise.withResolvers<void>();
  }

  /** So long nothing was told of a run that should tell something each second; null: all is well, or it is known why not. */
  silentMs(now: number): number | null {
    if (this.state !== 'RUNNING' || this.unknown || !this.#news) return null;
    const silent = now - this.#news.at;
    return silent >= SILENT_AFTER_MS + (this.lagMs ?? 0) ? silent : null;
  }

  /** Where the run is at a moment, by the last news and the clock since; without a word of it, where the last news was. */
  elapsedMs(now: number): number {
    if (!this.#news) return 0;
    const since = this.unknown || this.silentMs(now) !== null ? 0 : Math.max(0, now - this.#news.at);
    return this.#news.offsetMs + since;
  }

  /** Before its first interval, its start is the news. */
  get #news(): { readonly offsetMs: number; readonly at: number } | null {
    if (this.#heard || this.startedAt === null) return this.#heard;
    return { offsetMs: Math.max(0, this.#toldAt - Date.parse(this.startedAt)), at: this.#toldAt };
  }

  #told({ state, startedAt, moves }: State): void {
    Object.assign(this, { state, startedAt, moves });
    this.#toldAt = Date.now();
  }

  #take(update: Update): void {
    this.#course = extended(this.#course, update.metrics, update.snapshot);
    this.#sequence = update.snapshot ? update.sequence : Math.max(this.#sequence, update.sequence);
    this.#latest = update;
    const last = this.#course.recent.at(-1);
    // An interval is stored half a second after its end.
    if (last) this.#heard = { offsetMs: last.offsetMs + 1_500, at: Date.now() };
    this.#screen.changed();
  }

  #publish(): void {
    this.rows = drawn(this.#course);
    this.last = this.#course.recent.at(-1) ?? null;
    if (this.#latest?.summary) this.summary = this.#latest.summary;
    this.commonCause = this.#latest?.commonCause ?? null;
    if (this.#latest && this.#latest.objectives.length > 0) this.objectives = this.#latest.objectives;
  }

  #connected(): void {
    const connection = together(this.#ofState, this.#ofIntervals);
    this.connection = connection;
    if (connection.kind === 'refused') {
      this.refusedSince ??= Date.now();
      this.restored = false;
    } else this.refusedSince = null;
    if (connection.kind === 'lost') {
      this.lostSince ??= Date.now();
      this.restored = false;
    } else if (connection.kind === 'live' && this.lostSince !== null) {
      this.lostSince = null;
      this.restored = true;
    } else if (connection.kind === 'ended' || connection.kind === 'refused') {
      this.lostSince = null;
    }
  }
}
