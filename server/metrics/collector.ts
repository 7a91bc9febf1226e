/**
 * Samples to intervals. A second is closed when the caller says so (500 ms after its end); a sample that comes later
 * opens a further row of its second, under the next sequence. Pure but for its own state: no clock, no database.
 */
import type { ScriptObjective } from '../../templates/framework.ts';
import type { Window } from '../script/load.ts';
import type { Phase, SampleKind, SampleLine } from '../samples/sample.ts';
import { Cell } from './cell.ts';
import type { Batch, Gauges, IntervalRow } from './interval.ts';

export interface CollectorPlan {
  readonly steady: readonly Window[];
  readonly warmUpMs: number;
  readonly objectives: readonly ScriptObjective[];
}

/** Samples of one second that started in one phase, by request name; the name of executions is empty, as no request's is. */
interface Part {
  readonly second: number;
  readonly phase: Phase;
  readonly cells: Map<string, Cell>;
}
const EXECUTIONS = '';

type OpenSecond = Readonly<Record<Phase, Part>>;
type OpenGauges = { -readonly [K in keyof Gauges]: Gauges[K] };

const NO_GAUGES: Gauges = { users: null, inFlight: null, iterationsStarted: null, dropped: null, lagMs: null, cpuRatio: null, memoryBytes: null };

/** A tool may name each request anew (an address with an id in it): further names are counted together. */
export const MOST_NAMES = 200;
const FURTHER_NAMES = 'other';

export class Collector {
  readonly #seconds = new Map<number, OpenSecond>();
  readonly #gauges = new Map<number, OpenGauges>();
  /** First second that was never closed. */
  #open = 0;
  #sequence = 0;
  readonly #names = new Set<string>();
  /** Requests that were counted under `other`, because there were too many names before. */
  folded = 0;
  readonly #plan: CollectorPlan;

  constructor(plan: CollectorPlan) {
    this.#plan = plan;
    // A name that is judged keeps its own count, however late it comes.
    for (const { requestName } of plan.objectives) if (requestName !== null) this.#names.add(requestName);
  }

  add(line: SampleLine): void {
    if (line.kind === 'request') {
      const { durationMicros, outcome, extra } = line;
      const part = this.#partOf(line);
      const cell = this.#cellOf(part, 'request', this.#nameOf(line.name));
      cell.add(durationMicros, outcome, extra.detail);
      cell.addExtra(extra);
      if (extra.exec) this.#cellOf(part, 'execution', EXECUTIONS).add(durationMicros, outcome, extra.detail);
      // A tool without a gauge of its users tells them with each request.
      if (extra.users !== undefined) this.#gaugesOf(part.second).users = extra.users;
    } else if (line.kind === 'execution') {
      this.#cellOf(this.#partOf(line), 'execution', EXECUTIONS).add(line.durationMicros, line.outcome, line.detail);
    } else if (line.kind === 'gauge') {
      const { users, inFlight, iterationsStarted, dropped, lagMs } = line;
      this.gauge(Math.floor(line.atMicros / 1e6), { users, inFlight, iterationsStarted, dropped, lagMs });
    }
  }

  /** Later values of a second replace earlier ones; the worst lag stays. */
  gauge(second: number, values: Partial<Gauges>): void {
    const gauges = this.#gaugesOf(second);
    const lagMs = Math.max(gauges.lagMs ?? -1, values.lagMs ?? -1);
    const known = Object.entries(values).filter(([, value]) => value !== null);
    Object.assign(gauges, Object.fromEntries(known), { lagMs: lagMs < 0 ? null : lagMs });
  }

  /** Closes all seconds before `until`; one batch with a whole-run row for each of them, or null when there is nothing new. */
  close(until: number): Batch | null {
    const due = new Set([...this.#seconds.keys(), ...this.#gauges.keys()].filter((second) => second < until));
    for (let second = this.#open; second < until; second++) due.add(second);
    if (due.size === 0) return null;
    const rows = [...due].sort((a, b) => a - b).flatMap((second) => this.#take(second));
    this.#open = Math.max(this.#open, until);
    this.#sequence += 1;
    return { sequence: this.#sequence, rows };
  }

  /** The second after the last one that holds anything. */
  get end(): number {
    return [...this.#seconds.keys()].reduce((end, second) => Math.max(end, second + 1), this.#open);
  }

  /** The rows of a second, which is forgotten. */
  #take(second: number): IntervalRow[] {
    const parts = Object.values(this.#seconds.get(second) ?? {}) as Part[];
    const gauges = this.#gauges.get(second) ?? null;
    this.#seconds.delete(second);
    this.#gauges.delete(second);
    const phase = phaseAt(this.#plan, second * 1000 + 500);
    const ofItself = (cell: Cell) => cell.kind === 'execution' && cell.phase === phase;
    const cells = parts.flatMap((part) => [...part.cells.values()]);
    const rows = cells.map((cell) => cell.row(ofItself(cell) ? gauges : null));
    // What comes late adds to a row that is there. But a generator that stalled tells its lateness too late: those gauges must not be lost.
    if ((second >= this.#open || gauges) && !cells.some(ofItself)) rows.push(this.#newCell(second, phase, 'execution', EXECUTIONS).row(gauges ?? NO_GAUGES));
    return rows;
  }

  #nameOf(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size < MOST_NAMES) {
      this.#names.add(name);
      return name;
    }
    this.folded += 1;
    return FURTHER_NAMES;
  }

  #partOf({ startMicros, durationMicros }: { readonly startMicros: number; readonly durationMicros: number }): Part {
    const second = Math.max(0, Math.floor((startMicros + durationMicros) / 1e6));
    let open = this.#seconds.get(second);
    if (!open) {
      const part = (phase: Phase): Part => ({ second, phase, cells: new Map() });
      open = { warm_up: part('warm_up'), ramp: part('ramp'), steady: part('steady') };
      this.#seconds.set(second, open);
    }
    return open[phaseAt(this.#plan, startMicros / 1000)];
  }

  #cellOf({ second, phase, cells }: Part, kind: SampleKind, name: string): Cell {
    let cell = cells.get(name);
    if (!cell) {
      cell = this.#newCell(second, phase, kind, name);
      cells.set(name, cell);
    }
    return cell;
  }

  #newCell(second: number, phase: Phase, kind: SampleKind, name: string): Cell {
    return new Cell(second, phase, kind, name, this.#plan.objectives);
  }

  #gaugesOf(second: number): OpenGauges {
    let gauges = this.#gauges.get(second);
    if (!gauges) {
      gauges = { ...NO_GAUGES };
      this.#gauges.set(second, gauges);
    }
    return gauges;
  }
}

export function phaseAt({ steady, warmUpMs }: Pick<CollectorPlan, 'steady' | 'warmUpMs'>, atMs: number): Phase {
  for (const [from, to] of steady) if (atMs >= from && atMs < to) return 'steady';
  return atMs < warmUpMs ? 'warm_up' : 'ramp';
}
