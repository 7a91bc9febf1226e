/** What only the run's own process knows at its end, and what is left of that where the process is lost. Pure. */
import type { Fold } from '../metrics/fold.ts';
import type { EndFacts } from '../metrics/summary.ts';
import type { Strain } from './health.ts';
import type { Recorder } from './recorder.ts';

export interface EndNews extends Omit<EndFacts, 'iterationsStarted'> {
  /** null: the tool was ended before it could tell; then the last second knows best. */
  readonly iterationsStarted: number | null;
  readonly durationMs: number;
  readonly latenessP99Ms: number | null;
  /** Requests of further names, counted as `other`. */
  readonly requestsFolded: number;
  /** By how much the tool's clock was set meanwhile; null, the default: as far as can be seen, it was not. */
  readonly clockStepMs?: number | null;
  /** Of several generators, that of the worst: their gauges together are those of none. Default: by the gauges. */
  readonly strain?: Strain;
  /** Why the generator is not to be believed, besides what its gauges say. Default: nothing. */
  readonly unhealthy?: readonly string[];
}

/** What tells of it: a recorder, or results that were brought. */
export type Teller = Pick<Recorder, 'begin' | 'end' | 'clockStepMs' | 'lag' | 'unreadable' | 'lastLineMs' | 'requestsFolded'>;

/** null: the tool never began. */
export function newsOf({ begin, end, clockStepMs, lag, unreadable, lastLineMs, requestsFolded }: Teller): EndNews | null {
  if (!begin) return null;
  return {
    iterationsStarted: end?.iterationsStarted ?? null,
    iterationsDropped: end?.dropped ?? 0,
    iterationsInterrupted: end?.interrupted ?? 0,
    inFlightAtEnd: end?.inFlight ?? null,
    linesUnreadable: unreadable,
    linesLost: end?.linesLost ?? 0,
    durationMs: lastLineMs,
    latenessP99Ms: lag.count > 0 ? lag.atRank(Math.ceil(0.99 * lag.count)) / 1000 : null,
    requestsFolded,
    clockStepMs,
  };
}

export function orphanNews(folded: Fold): EndNews {
  return {
    iterationsStarted: null,
    iterationsDropped: 0,
    iterationsInterrupted: 0,
    inFlightAtEnd: null,
    linesUnreadable: 0,
    linesLost: 0,
    durationMs: folded.seconds * 1000,
    latenessP99Ms: null,
    requestsFolded: 0,
  };
}
