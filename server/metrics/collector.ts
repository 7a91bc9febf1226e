/**
 * Samples to intervals. A second is closed when the caller says so (500 ms after its end); a sample that comes later
 * opens a further row of its second, under the next sequence. Pure but for its own state: no clock, no database.
 */
import type { ScriptObjective } from '../../templates/framework.ts';
import type { Window } from '../script/load.ts';
import { isCensored, type Outcome, type Phase, type SampleKind, type SampleLine } from '../samples/sample.ts';
import { LatencyHistogram } from './histogram.ts';
import type { Batch, Gauges, IntervalRow } from './interval.ts';

export interface CollectorPlan {
  readonly steady: readonly Window[];
  readonly warmUpMs: number;
  readonly objectives: readonly ScriptObjective[];
}

interface Cell {
  readonly second: number;
  readonly phase: Phase;
  readonly kind: SampleKind;
  readonly name: string;
  readonly counts: Partial<Record<Outcome, number>>;
  readonly latency: LatencyHistogram;
  readonly slower: number[];
  readonly examples: Partial<Record<Outcome, string>>;
  newConnections: number;
  checksPassed: number;
  checksFailed: number;
}

const NO_GAUGES: Gauges = { users: null, inFlight: null, iterationsStarted: null, dropped: null, lagMs: null, cpuRatio: null, memoryBytes: null };

/** A tool may name each request anew (an address with an id in it): further names are counted together. */
const MOST_NAMES = 200;
const FURTHER_NAMES = 'other';

export class Collector {
  #cells = new Map<string, Cell>();
  #gauges = new Map<number, Gauges>();
  /** First second that is still open. */
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
    if (line.kind === 'gauge') {
      const { users, inFlight, iterationsStarted, dropped, lagMs } = line;
      this.gauge(Math.floor(line.atMicros / 1e6), { users, inFlight, iterationsStarted, dropped, lagMs });
    } else if (line.kind === 'execution') {
      this.#count('execution', '', line.startMicros, line.durationMicros, line.outcome, line.detail);
    } else if (line.kind === 'request') {
      const { startMicros, durationMicros, outcome, extra } = line;
      const cell = this.#count('request', this.#nameOf(line.name), startMicros, durationMicros, outcome, extra.detail);
      if (extra.connectMicros !== undefined) cell.newConnections += 1;
      if (extra.checks) {
        cell.checksPassed += extra.checks[0];
        cell.checksFailed += extra.checks[1].length;
      }
      if (extra.exec) this.#count('execution', '', startMicros, durationMicros, outcome, extra.detail);
      // A tool without a gauge of its users tells them with each request.
      if (extra.users !== undefined) this.gauge(cell.second, { users: extra.users });
    }
  }

  /** Later values of a second replace earlier ones; the worst lag stays. */
  gauge(second: number, values: Partial<Gauges>): void {
    const before = this.#gauges.get(second) ?? NO_GAUGES;
    const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    const lagMs = Math.max(before.lagMs ?? -1, values.lagMs ?? -1);
    this.#gauges.set(second, { ...before, ...known, lagMs: lagMs < 0 ? null : lagMs });
  }

  /** Closes all seconds before `until`; one batch with a whole-run row for each of them, or null when there is nothing new. */
  close(until: number): Batch | null {
    const rows: IntervalRow[] = [];
    const wholeRun = new Set<string>();
    for (const [key, cell] of this.#cells) {
      if (cell.second >= until) continue;
      this.#cells.delete(key);
      const gauges = cell.kind === 'execution' && cell.phase === this.#phaseOfSecond(cell.second) ? this.#takeGauges(cell.second) : null;
      if (gauges || cell.kind === 'execution') wholeRun.add(`${cell.second} ${cell.phase}`);
      rows.push(rowOf(cell, gauges));
    }
    for (let second = this.#open; second < until; second++) {
      const phase = this.#phaseOfSecond(second);
      if (!wholeRun.has(`${second} ${phase}`)) rows.push(rowOf(this.#newCell(second, phase, 'execution', ''), this.#takeGauges(second) ?? NO_GAUGES));
    }
    this.#open = Math.max(this.#open, until);
    // A generator that stalled tells its lateness too late: that is the gauge that must not be lost.
    for (const [second, gauges] of this.#gauges) {
      if (second >= until) continue;
      this.#gauges.delete(second);
      rows.push(rowOf(this.#newCell(second, this.#phaseOfSecond(second), 'execution', ''), gauges));
    }
    if (rows.length === 0) return null;
    rows.sort((a, b) => a.second - b.second);
    this.#sequence += 1;
    return { sequence: this.#sequence, rows };
  }

  /** The second after the last one that holds anything. */
  get end(): number {
    return Math.max(this.#open, ...[...this.#cells.values()].map((cell) => cell.second + 1));
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

  #count(kind: SampleKind, name: string, startMicros: number, durationMicros: number, outcome: Outcome, detail?: string): Cell {
    const second = Math.max(0, Math.floor((startMicros + durationMicros) / 1e6));
    const phase = phaseAt(this.#plan, startMicros / 1000);
    const key = `${second} ${phase} ${kind} ${name}`;
    let cell = this.#cells.get(key);
    if (!cell) {
      cell = this.#newCell(second, phase, kind, name);
      this.#cells.set(key, cell);
    }
    cell.counts[outcome] = (cell.counts[outcome] ?? 0) + 1;
    if (outcome === 'ok') cell.latency.record(durationMicros);
    else if (detail && cell.examples[outcome] === undefined) cell.examples[outcome] = storable(detail);
    this.#plan.objectives.forEach((objective, i) => {
      if (objective.slowerFromMicros === null || (objective.requestName ?? '') !== name) return;
      if (isCensored(outcome) || (outcome === 'ok' && durationMicros >= objective.slowerFromMicros)) cell.slower[i] = (cell.slower[i] ?? 0) + 1;
    });
    return cell;
  }

  #newCell(second: number, phase: Phase, kind: SampleKind, name: string): Cell {
    return { second, phase, kind, name, counts: {}, latency: new LatencyHistogram(), slower: this.#plan.objectives.map(() => 0), examples: {}, newConnections: 0, checksPassed: 0, checksFailed: 0 };
  }

  #takeGauges(second: number): Gauges | null {
    const gauges = this.#gauges.get(second) ?? null;
    this.#gauges.delete(second);
    return gauges;
  }

  #phaseOfSecond(second: number): Phase {
    return phaseAt(this.#plan, second * 1000 + 500);
  }
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair; both can stand in an answer that failed. */
function storable(detail: string): string {
  return detail.slice(0, 200).toWellFormed().replaceAll('\0', '\uFFFD');
}

export function phaseAt({ steady, warmUpMs }: Pick<CollectorPlan, 'steady' | 'warmUpMs'>, atMs: number): Phase {
  if (steady.some(([from, to]) => atMs >= from && atMs < to)) return 'steady';
  return atMs < warmUpMs ? 'warm_up' : 'ramp';
}

function rowOf(cell: Cell, gauges: Gauges | null): IntervalRow {
  const { second, phase, kind, name, counts, slower, newConnections, checksPassed, checksFailed, examples } = cell;
  return { second, phase, kind, name, shard: 0, counts, latency: cell.latency.stored(), slower, newConnections, checksPassed, checksFailed, examples, gauges };
}
