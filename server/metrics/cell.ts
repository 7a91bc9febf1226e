/** What is counted of the samples of one second, phase, kind and name: one row when the second is closed. */
import type { ScriptObjective } from '../../templates/framework.ts';
import { isCensored, type Outcome, type Phase, type SampleExtra, type SampleKind } from '../samples/sample.ts';
import { LatencyHistogram } from './histogram.ts';
import type { Gauges, IntervalRow } from './interval.ts';

type Objective = Pick<ScriptObjective, 'requestName' | 'slowerFromMicros'>;

export class Cell {
  #succeeded = 0;
  readonly #failed: Partial<Record<Outcome, number>> = {};
  readonly #latency = new LatencyHistogram();
  readonly #slower: number[];
  /** Of the objectives that look at latencies of this name. */
  readonly #limits: { readonly index: number; readonly slowerFromMicros: number }[] = [];
  readonly #examples: Partial<Record<Outcome, string>> = {};
  #newConnections = 0;
  #checksPassed = 0;
  #checksFailed = 0;
  readonly second: number;
  readonly phase: Phase;
  readonly kind: SampleKind;
  readonly name: string;

  /** @param name of the request; empty for executions */
  constructor(second: number, phase: Phase, kind: SampleKind, name: string, objectives: readonly Objective[]) {
    this.second = second;
    this.phase = phase;
    this.kind = kind;
    this.name = name;
    this.#slower = objectives.map(() => 0);
    objectives.forEach(({ requestName, slowerFromMicros }, index) => {
      if (slowerFromMicros !== null && (requestName ?? '') === name) this.#limits.push({ index, slowerFromMicros });
    });
  }

  add(durationMicros: number, outcome: Outcome, detail: string | undefined): void {
    if (outcome === 'ok') {
      this.#succeeded += 1;
      this.#latency.record(durationMicros);
    } else {
      this.#failed[outcome] = (this.#failed[outcome] ?? 0) + 1;
      if (detail && this.#examples[outcome] === undefined) this.#examples[outcome] = storable(detail);
    }
    for (const { index, slowerFromMicros } of this.#limits)
      if (isCensored(outcome) || (outcome === 'ok' && durationMicros >= slowerFromMicros)) this.#slower[index] = (this.#slower[index] ?? 0) + 1;
  }

  addExtra({ connectMicros, checks }: SampleExtra): void {
    if (connectMicros !== undefined) this.#newConnections += 1;
    if (checks === undefined) return;
    this.#checksPassed += checks[0];
    this.#checksFailed += checks[1].length;
  }

  /** @param gauges null: this is not the whole-run row of its second */
  row(gauges: Gauges | null): IntervalRow {
    const { second, phase, kind, name } = this;
    return {
      second,
      phase,
      kind,
      name,
      shard: 0,
      counts: this.#succeeded > 0 ? { ok: this.#succeeded, ...this.#failed } : this.#failed,
      latency: this.#latency.stored(),
      slower: this.#slower,
      newConnections: this.#newConnections,
      checksPassed: this.#checksPassed,
      checksFailed: this.#checksFailed,
      examples: this.#examples,
      gauges,
    };
  }
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair; both can stand in an answer that failed. A copy: a part would keep the whole of a long text. */
function storable(detail: string): string {
  return Buffer.from(detail.slice(0, 200)).toString().replaceAll('\0', '\uFFFD');
}
