/** Points of k6 to lines: a request is several of them, one after the other, with the same moment. */
import type { LinesEnd, ToldLine } from '../../results.ts';
import { ToldChecks } from './checks.ts';
import type { Metric } from './metric.ts';
import { MOST_MICROS, Pending } from './pending.ts';
import type { Tags } from './tags.ts';

/** Whoever takes points as they are read. */
export interface PointTaker {
  /** Whether a point of it would say anything that is not known yet. */
  wants(metric: Metric): boolean;
  /**
   * @param atMicros since 1970: of a request its END
   * @param step microseconds of which `atMicros` is a whole number
   * @param value times are milliseconds
   * @returns false: it is not what k6 tells of this metric
   */
  add(metric: Metric, atMicros: number, step: number, value: number, tags: Tags): boolean;
}

const MOST_COUNT = 2 ** 31 - 1;

export class Points implements PointTaker {
  #lines: (ToldLine | null)[] = [];
  readonly #pending = new Pending();
  #startedAtMicros: number | null = null;
  #step: number | null = null;
  #iterations: number | null = null;
  #dropped: number | null = null;
  readonly #checks = new ToldChecks();

  wants(metric: Metric): boolean {
    return metric === 'http_req_failed' || metric === 'http_req_connecting' || metric === 'http_req_tls_handshaking' ? this.#pending.wants(metric) : true;
  }

  add(metric: Metric, atMicros: number, step: number, value: number, tags: Tags): boolean {
    switch (metric) {
      case 'http_req_duration':
        return this.#request(atMicros, step, value, tags);
      case 'http_req_blocked':
      case 'http_req_connecting':
      case 'http_req_tls_handshaking':
      case 'http_req_failed':
        this.#pending.add(metric, atMicros, value);
        return true;
      case 'checks':
        return this.#checks.add(tags.check, value);
      case 'iterations':
        if (!isCount(value)) return false;
        this.#iterations = (this.#iterations ?? 0) + value;
        return true;
      case 'dropped_iterations':
        if (!isCount(value)) return false;
        this.#dropped = (this.#dropped ?? 0) + value;
        return true;
      case 'vus':
        return this.#users(atMicros, step, value);
    }
  }

  unreadable(): void {
    this.#lines.push(null);
  }

  /** What is complete by now. */
  take(): readonly (ToldLine | null)[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  end(isCut: boolean): LinesEnd {
    this.#flush();
    return {
      lines: this.take(),
      isCut,
      startedAt: this.#startedAtMicros === null ? null : this.#startedAtMicros / 1000,
      stepMicros: this.#step ?? 1,
      toolVersion: null,
      iterationsStarted: countOf(this.#iterations),
      dropped: countOf(this.#dropped),
      checks: this.#checks.told(),
    };
  }

  #request(endMicros: number, step: number, durationMs: number, tags: Tags): boolean {
    this.#flush();
    this.#pending.begin(endMicros, step, durationMs, tags);
    return true;
  }

  #users(epochMicros: number, step: number, users: number): boolean {
    if (!isCount(users)) return false;
    this.#flush();
    // Users are told from the first second on, answers when they have come: the run begins with the first request.
    if (this.#startedAtMicros === null) return true;
    const atMicros = this.#since(epochMicros, step);
    if (!(atMicros >= 0 && atMicros <= MOST_MICROS)) return false;
    this.#lines.push({ kind: 'gauge', atMicros, users, inFlight: null, iterationsStarted: null, dropped: null, lagMs: null });
    return true;
  }

  #flush(): void {
    const line = this.#pending.take(this.#since);
    if (line !== undefined) this.#lines.push(line);
  }

  /** The first request that is told starts the run, in whole milliseconds or, where the tool writes them, seconds. */
  readonly #since = (epochMicros: number, step: number): number => {
    this.#step = Math.min(this.#step ?? step, step);
    this.#startedAtMicros ??= Math.floor(epochMicros / Math.max(step, 1000)) * Math.max(step, 1000);
    return epochMicros - this.#startedAtMicros;
  };
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MOST_COUNT;
const countOf = (sum: number | null): number | null => (sum !== null && sum <= MOST_COUNT ? sum : null);
