/** The stored intervals of a run as they come: what everybody gets who watches it, made once. */
import type { Db } from '../db/client.ts';
import { inTurns } from '../metrics/in-turns.ts';
import { type Drawn, drawnAt, drawnInParts, momentsAfter } from '../metrics/drawn/store.ts';
import { bySecond, type Point, pointOf } from '../metrics/point.ts';
import { rowsAfterInParts, type StoredRow } from '../metrics/store.ts';
import { type EndFacts, type Summary, summaryOf } from '../metrics/summary.ts';
import { cutAt, type ResolvedPlan, resolvePlan } from '../script/resolve.ts';
import { assess, type ObjectiveResult } from '../verdict/assess.ts';
import type { BaselineFigures } from '../verdict/change.ts';
import { commonCause } from '../verdict/common-cause.ts';
import { Evidence } from '../verdict/evidence.ts';
import { pinnedRun } from './baseline/store.ts';
import type { Reader } from './feed.ts';
import { Ring } from './feed-ring.ts';
import { type HeldTo, heldTo } from './held-to.ts';
import { steadily } from './keep/steadily.ts';
import type { Run } from './run.ts';
import type { SoFar } from './so-far.ts';
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
  /** While it goes on: the one reason for which all of it failed so far, in a sentence; null: there is none. */
  readonly commonCause: string | null;
}

type Standing = Pick<MetricsUpdate, 'sequence' | 'summary' | 'objectives' | 'commonCause'>;

/** The first of them may have failed by chance. */
const LEAST_ALIKE = 3;

export class IntervalFeed implements Reader {
  over = false;
  readonly #db: Db;
  readonly #run: Run;
  readonly #plan: ResolvedPlan;
  readonly #drawn: Drawn;
  readonly #evidence: Evidence;
  #heldTo: HeldTo | null = null;
  /** Of the last batch that was read: what the fold holds. Told are those up to the standing's. */
  #head: number;
  /** When the seconds began that have changed since the last reading that was told. */
  #changed = new Map<number, Date>();
  #ring: Ring | null = null;
  #standing: Standing = { sequence: 0, summary: null, objectives: [], commonCause: null };
  /** What was asked for since the last reading: a thousand who ask for the same get one and the same. */
  #given = new Map<number, Promise<MetricsUpdate>>();

  /** @param soFar what this server has folded of its own run: of hours, that takes the table many seconds; null: it is not its own */
  constructor(db: Db, run: Run, soFar: SoFar | null) {
    this.#head = soFar?.sequence ?? 0;
    this.#db = db;
    this.#run = run;
    this.#plan = resolvePlan(run.plan);
    this.#evidence = soFar?.evidence.copy() ?? new Evidence(this.#plan.objectives);
    this.#drawn = { organizationId: run.organizationId, runId: run.id, requestName: null };
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
    const first = this.#ring === null;
    // Who pins another run meanwhile does so for the verdict, not for those who watch.
    this.#heldTo ??= heldTo(await pinnedRun(this.#db, run), run, this.#plan);
    // Of a settled run everything but its points is told from what was settled.
    if (first && run.result) this.#head = run.sequence;
    else if (run.sequence > this.#head) await this.#foldNew(run);
    const points = first ? [] : await this.#pointsOf(drawnAt(this.#db, this.#drawn, [...this.#changed.values()]));
    // Nothing is waited for from here on: who asks gets all of this reading, or nothing.
    this.over = isSettled(run.state);
    if (!first && points.length === 0 && !this.over) return false;
    // Who comes first asks for everything, which is read when it is asked for.
    this.#ring ??= new Ring(this.#head);
    if (!first) this.#ring.add(this.#head, points);
    this.#changed = new Map();
    this.#standing = { sequence: this.#head, ...standing(run, this.#plan, this.#evidence, this.#heldTo.figures) };
    this.#given = new Map();
    return true;
  }

  /** Bears a second time, also when it had failed half-way: a part is in the fold as a whole, or not at all. */
  async #foldNew(run: Run): Promise<void> {
    for await (const rows of rowsAfterInParts(this.#db, this.#run.organizationId, this.#run.id, this.#head)) {
      // Nothing can fail in here: others have their turn, and the part is still taken as a whole.
      await inTurns(rows, (row) => {
        if (!run.result) this.#evidence.add(row);
        if (this.#ring) this.#changed.set(row.second, row.at);
      });
      this.#head = rows.at(-1)?.sequence ?? this.#head;
    }
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
    return steadily(this.#db, this.#run, async () => this.#pointsOf(sequence === 0 ? drawnInParts(this.#db, this.#drawn) : drawnAt(this.#db, this.#drawn, await momentsAfter(this.#db, this.#drawn, sequence))));
  }

  /** Each part: whole seconds. A late line adds to a second that was told before: the whole second is told again. */
  async #pointsOf(parts: AsyncIterable<readonly StoredRow[]>): Promise<Point[]> {
    const points: Point[] = [];
    for await (const rows of parts) for (const second of bySecond(rows).values()) points.push(pointOf(second, this.#plan, null));
    return points;
  }
}

/** Summary and objectives as they stand: provisional while it runs, the stored ones afterwards. */
function standing(run: Run, plan: ResolvedPlan, evidence: Evidence, baseline: BaselineFigures | null): Omit<Standing, 'sequence'> {
  if (run.result) return { summary: run.result.summary, objectives: run.result.objectives, commonCause: null };
  const { fold } = evidence;
  const executions = fold.executions('whole').total;
  const soFar: EndFacts = { iterationsStarted: executions, iterationsDropped: 0, iterationsInterrupted: 0, inFlightAtEnd: null, linesUnreadable: 0, linesLost: 0 };
  const elapsedMs = fold.seconds * 1000;
  return {
    summary: summaryOf(fold, 'whole', elapsedMs, plan, soFar),
    objectives: assess(cutAt(plan, elapsedMs), evidence, { cutShort: false, linesLost: false, inFlight: 0, interrupted: 0, iterationsStarted: executions, broken: null }, baseline).objectives,
    commonCause: executions < LEAST_ALIKE ? null : commonCause(fold, plan.plan.target),
  };
}
