/** What a tool wrote of a run by itself, read back: each framework lists the formats of its tool (`Framework.results`). */
import type { SampleLine } from '../server/samples/sample.ts';

export type ResultFormat = LinesFormat | TotalsFormat;

interface Format {
  /** For the user: "k6 NDJSON (--out json)". */
  readonly name: string;
  /** @param head the first bytes of the file, 64 KB at most. A file is read by the first format that says so. */
  readonly recognises: (head: Buffer) => boolean;
}

/** A line for each request: as good as samples, but for what the tool itself does not tell. */
export interface LinesFormat extends Format {
  readonly kind: 'lines';
  readonly reader: () => LinesReader;
}

/**
 * As `parseLine` would give it: names, counts and moments have its bounds, so that it can be counted and stored. `startMicros` of lines
 * counts from `startedAt`; an earlier start, of a request that was told later, is less than 0.
 */
export type ToldLine = Extract<SampleLine, { kind: 'request' | 'gauge' }>;

export interface LinesReader {
  /** What this chunk completes. null: a line that is none of the format. */
  readonly read: (chunk: Buffer) => readonly (ToldLine | null)[];
  /** After the last chunk. */
  readonly end: () => LinesEnd;
}

export interface LinesEnd {
  readonly lines: readonly (ToldLine | null)[];
  /** The file ends within a line. */
  readonly isCut: boolean;
  /** Epoch ms of the first moment that is told: where the first request starts. null: there was none. */
  readonly startedAt: number | null;
  /** The tool writes down moments in steps of so many microseconds: a request ended up to one later than it is told. 1: as measured. */
  readonly stepMicros: number;
  /** Of the tool; null: the format does not tell. */
  readonly toolVersion: string | null;
  /** Iterations that the tool began, as far as it tells; null: it does not. */
  readonly iterationsStarted: number | null;
  readonly dropped: number | null;
  /** Of the whole run, where the tool does not tell which request they look at. Those of a request stand in its line. */
  readonly checks: readonly ToldCheck[];
}

export interface ToldCheck {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
}

/** Numbers for the whole run, and none for its parts. */
export interface TotalsFormat extends Format {
  readonly kind: 'totals';
  /** Never throws. @returns what the file says, or a sentence that says why it cannot be read: empty, cut, of another shape */
  readonly read: (text: string) => Totals | string;
}

export interface Totals {
  /** As far as the file tells: "2.2.0", or "1". */
  readonly toolVersion: string | null;
  /** Epoch ms. */
  readonly startedAt: number | null;
  /** From the first to the last moment that the tool tells. */
  readonly durationMs: number | null;
  /** Of all requests together; null: the tool tells no such sum, and none is made of the names. */
  readonly all: Told | null;
  /** Each name once: one line of at most 200 characters. */
  readonly requests: readonly ToldRequests[];
  /** What the tool itself judged. Rules about what has no data are left out: tools pass them. */
  readonly rules: readonly ToldRule[];
}

export interface ToldRequests extends Told {
  readonly name: string;
}

/** What the tool says of some requests. What it does not say is null, or left out: never 0. */
export interface Told {
  readonly requests: number | null;
  readonly failed: number | null;
  /** Of what the tool takes the percentiles: `all` requests, or those that were `answered`, or those that succeeded. */
  readonly latencyOf: 'all' | 'answered' | 'succeeded';
  readonly latency: Latency;
  /** What the tool takes for the end of a request is the first byte of its answer: the whole of it came later. */
  readonly upToFirstByte?: true;
  /** In the tool's words. What it counts here need not be requests: the counts may add up to more or less than `failed`. */
  readonly failures: readonly { readonly what: string; readonly count: number }[];
}

export type Latency = Readonly<Partial<Record<ToldStatistic, ToldNumber>>>;

/** Percentiles are those of the tool: of their neighbours in rank one takes the lower, another the higher, a third the line between them. */
export type ToldStatistic = 'min' | 'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max';

/** Milliseconds. */
export interface ToldNumber {
  readonly value: number;
  /** The tool rounded it: the true one lies between these. Left out: it is as it was measured. */
  readonly between?: readonly [least: number, most: number];
}

/** "p(95)<500" of "http_req_duration{name:list}". */
export interface ToldRule {
  readonly of: string;
  readonly rule: string;
  readonly held: boolean;
}
