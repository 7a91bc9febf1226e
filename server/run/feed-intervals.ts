/** The stored intervals of a run as they come: what everybody gets who watches it, made once. */
import type { Db } from '../db/client.ts';
import { Fold } from '../metrics/fold.ts';
import { bySecond, type Point, pointOf } from '../metrics/point.ts';
import { rowsAfter, rowsOfSeconds, type StoredRow } from '../metrics/store.ts';
import { type EndFacts, type Summary, summaryOf } from '../metrics/summary.ts';
import { cutAt, type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import { assess, type ObjectiveResult } from '../verdict/assess.ts';
import type { Reader } from './feed.ts';
import { Ring } from './feed-ring.ts';
import type { Run } from './run.ts';
import { isSettled } from './state.ts';
import { runAgain } from './store.ts';

export interface MetricsUpdate {
  /** Ask for what comes after this one. */
  readonly sequence: number;
  /** Replace all that you have. */
  readonly snapshot: boolean;
  /** Points of the executions; a point with an offset that you have replaces yours. */
  readonly metrics: readonly Point[];
  readonly summary: Summary | null;
  readonly objectives: readonly ObjectiveResult[];
}

type Standing = Pick<MetricsUpdate, 'sequence' | 'summary' | 'objectives'>;

export class IntervalFeed implements Reader {
  over = false;
  readonly #db: Db;
  readonly #run: Run;
  readonly #plan: ResolvedPlan;
  readonly #fold = new Fold();
  #ring: Ring | null = null;
  /** All rows, for as long as they are all: who comes first asks for everything. */
  #all: readonly StoredRow[] | null = null;
  #standing: Standing = { sequence: 0, summary: null, objectives: [] };
  /** What was asked for since the last reading: a thousand who ask for the same get one and the same. */
  #given = new Map<number, Promise<MetricsUpdate>>();

  constructor(db: Db, run: Run) {
    this.#db = db;
    this.#run = run;
    this.#plan = resolvePlan(run.plan);
  }

  get sequence(): number {
    return this.#standing.sequence;
  }

  async read(): Promise<boolean> {
    // The state is read before the rows: a settled run has all of its rows.
    const run = await runAgain(this.#db, this.#run);
    if (!run) {
      this.over = true;
      return false;
    }
    const { sequence } = this.#standing;
    const rows = run.sequence > sequence ? await this.#rowsAfter(sequence) : [];
    const points = this.#ring === null ? null : await this.#pointsOf(rows, null);
    const head = rows.at(-1)?.sequence ?? sequence;
    // Nothing is waited for from here on: who asks gets all of this reading, or nothing.
    this.over = isSettled(run.state);
    if (points !== null && rows.length === 0 && !this.over) return false;
    for (const row of run.result ? [] : rows) this.#fold.add(row);
    this.#all = points === null ? rows : null;
    this.#ring ??= new Ring(head);
    if (points !== null) this.#ring.add(head, points);
    this.#standing = { sequence: head, ...standing(run, this.#plan, this.#fold) };
    this.#given = new Map();
    return true;
  }

  /** Everything after a sequence, up to what was read last. */
  since(sequence: number): Promise<MetricsUpdate> {
    const given = this.#given;
    const update = given.get(sequence) ?? this.#updateSince(sequence);
    given.set(sequence, update);
    update.catch(() => given.delete(sequence));
    return update;
  }

  async #updateSince(sequence: number): Promise<MetricsUpdate> {
    const now = this.#standing;
    return { ...now, snapshot: sequence === 0, metrics: this.#ring?.since(sequence) ?? (await this.#pointsAfter(sequence)) };
  }

  async #pointsAfter(sequence: number): Promise<Point[]> {
    const all = this.#all ?? (sequence === 0 ? await this.#rowsAfter(0) : null);
    return this.#pointsOf(all?.filter((row) => row.sequence > sequence) ?? (await this.#rowsAfter(sequence)), all);
  }

  /** Of the seconds of these rows. A late line adds to a second that was told before: the whole second is told again. */
  async #pointsOf(rows: readonly StoredRow[], all: readonly StoredRow[] | null): Promise<Point[]> {
    const seconds = new Set(rows.map((row) => row.second));
    const whole = all?.filter((row) => seconds.has(row.second)) ?? (await rowsOfSeconds(this.#db, this.#run.organizationId, this.#run.id, [...seconds]));
    return [...bySecond(whole).values()].map((list) => pointOf(list, this.#plan, null));
  }

  #rowsAfter(sequence: number): Promise<StoredRow[]> {
    return rowsAfter(this.#db, this.#run.organizationId, this.#run.id, sequence);
  }
}

/** Summary and objectives as they stand: provisional while it runs, the stored ones afterwards. */
function standing(run: Run, plan: ResolvedPlan, fold: Fold): Pick<MetricsUpdate, 'summary' | 'objectives'> {
  if (run.result) return { summary: run.result.summary, objectives: run.result.objectives };
  const executions = fold.executions('whole').total;
  const soFar: EndFacts = { iterationsStarted: executions, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: null, linesUnreadable: 0, linesLost: 0 };
  const elapsedMs = fold.seconds * 1000;
  return {
    summary: summaryOf(fold, 'whole', elapsedMs, plan, soFar),
    objectives: assess(cutAt(plan, elapsedMs), fold, { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: executions, broken: null }).objectives,
  };
}
