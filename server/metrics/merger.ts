/**
 * The rows of several shards become those of one run: what was counted is added, histograms are merged, and the gauges of a second are those
 * of all generators together. A second is closed when the caller says so; what comes later opens a further row of it, under the next
 * sequence, as a late sample does. Pure but for its own state.
 */
import type { Phase, SampleKind } from '../samples/sample.ts';
import type { Batch, Gauges, IntervalRow } from './interval.ts';
import { RowSum } from './row-sum.ts';

interface Part {
  readonly phase: Phase;
  readonly kind: SampleKind;
  readonly name: string;
  readonly sum: RowSum;
}

interface Told {
  /** Of the second itself, which is where its gauges stand. */
  phase: Phase;
  readonly of: Map<number, Gauges>;
}

/** Gauges of a second are kept so long after it was closed: what comes later has its own only. */
const KEPT_SECONDS = 120;

export class Merger {
  readonly #parts = new Map<number, Map<string, Part>>();
  readonly #gauges = new Map<number, Told>();
  /** Seconds whose gauges are others than those that were given out. */
  readonly #news = new Set<number>();
  #open = 0;
  #sequence = 0;

  /** `row.second`: of the plan, whatever the clock of the shard says. */
  add(shard: number, row: IntervalRow): void {
    const second = Math.max(0, row.second);
    this.#partOf(second, row).sum.add(row);
    if (row.gauges === null) return;
    const told = this.#gauges.get(second) ?? { phase: row.phase, of: new Map<number, Gauges>() };
    told.of.set(shard, told.of.has(shard) ? later(told.of.get(shard) ?? row.gauges, row.gauges) : row.gauges);
    this.#gauges.set(second, told);
    this.#news.add(second);
  }

  /** Closes all seconds before `until`; null: there is nothing new. */
  close(until: number): Batch | null {
    const due = new Set([...this.#parts.keys(), ...this.#news].filter((second) => second < until));
    this.#open = Math.max(this.#open, until);
    // Nothing of theirs comes any more, and a long run of many shards has millions of them.
    for (const second of this.#gauges.keys()) if (second < this.#open - KEPT_SECONDS && !due.has(second)) this.#gauges.delete(second);
    if (due.size === 0) return null;
    const rows = [...due].sort((a, b) => a - b).flatMap((second) => this.#take(second));
    this.#sequence += 1;
    return { sequence: this.#sequence, rows };
  }

  /** The second after the last one that anything was told of. */
  get end(): number {
    return [...this.#parts.keys()].reduce((end, second) => Math.max(end, second + 1), this.#open);
  }

  #take(second: number): IntervalRow[] {
    const parts = [...(this.#parts.get(second)?.values() ?? [])];
    const told = this.#gauges.get(second);
    this.#parts.delete(second);
    this.#news.delete(second);
    const isWholeRun = ({ kind, phase }: Pick<Part, 'kind' | 'phase'>) => kind === 'execution' && phase === told?.phase;
    if (told && !parts.some(isWholeRun)) parts.push(newPart({ phase: told.phase, kind: 'execution', name: '' }));
    return parts.map((part) => ({
      ...{ second, phase: part.phase, kind: part.kind, name: part.name, shard: 0 },
      ...part.sum.sum(),
      gauges: told && isWholeRun(part) ? together([...told.of.values()]) : null,
    }));
  }

  #partOf(second: number, row: IntervalRow): Part {
    const parts = this.#parts.get(second) ?? new Map<string, Part>();
    this.#parts.set(second, parts);
    const key = `${row.phase} ${row.kind} ${row.name}`;
    const part = parts.get(key) ?? newPart(row);
    parts.set(key, part);
    return part;
  }
}

const newPart = ({ phase, kind, name }: Omit<Part, 'sum'>): Part => ({ phase, kind, name, sum: new RowSum() });

/** A shard told of its second once more. */
function later(before: Gauges, now: Gauges): Gauges {
  const known = Object.fromEntries(Object.entries(now).filter(([, value]) => value !== null));
  return { ...before, ...known, lagMs: most([before.lagMs, now.lagMs]) };
}

/** Users, iterations and requests in flight are those of all. How hard it is for a generator is that of the worst: it is what its numbers suffer from. */
function together(all: readonly Gauges[]): Gauges {
  const of = (name: keyof Gauges) => all.map((gauges) => gauges[name]);
  return {
    users: sum(of('users')),
    inFlight: sum(of('inFlight')),
    iterationsStarted: sum(of('iterationsStarted')),
    dropped: sum(of('dropped')),
    lagMs: most(of('lagMs')),
    cpuRatio: most(of('cpuRatio')),
    memoryBytes: most(of('memoryBytes')),
  };
}

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const sum = (values: readonly (number | null)[]): number | null => (known(values).length === 0 ? null : known(values).reduce((a, b) => a + b, 0));
const most = (values: readonly (number | null)[]): number | null => (known(values).length === 0 ? null : Math.max(...known(values)));
