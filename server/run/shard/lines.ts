/**
 * What a shard prints, a JSON array a line, ASCII only: logs of clouds are read by whoever reads them, and cut what is long. Pure.
 * seq: of `interval` and `closed` lines, from 1, so that a missing one is seen.
 */
import { z } from 'zod';
import { OUTCOMES } from '../../samples/sample.ts';
import type { IntervalRow } from '../../metrics/interval.ts';
import type { EndNews } from '../news.ts';
import type { Ending } from '../run.ts';
import { ENDING_CAUSES, type EndingCause } from '../state.ts';

/** Outcome -> number, of all that a shard has printed. */
export interface Totals {
  readonly request: IntervalRow['counts'];
  readonly execution: IntervalRow['counts'];
}

export type ShardLine =
  /** It is there, and each second it says so until its load begins. `clockMs`: epoch ms, as it was printed. */
  | { readonly kind: 'waiting'; readonly shard: number; readonly clockMs: number }
  /** `startedAt`: plan second 0, epoch ms. `cores`: that its tool can use. */
  | { readonly kind: 'begin'; readonly shard: number; readonly clockMs: number; readonly startedAt: number; readonly toolVersion: string; readonly isolation: string; readonly cores: number }
  | { readonly kind: 'interval'; readonly shard: number; readonly seq: number; readonly row: IntervalRow }
  /** All that ended before this second of the plan was told. */
  | { readonly kind: 'closed'; readonly shard: number; readonly seq: number; readonly until: number }
  | { readonly kind: 'log'; readonly shard: number; readonly lines: readonly string[] }
  /** `seq`: of the last line before; `totals`: of all of them. */
  | { readonly kind: 'end'; readonly shard: number; readonly seq: number; readonly ending: Ending; readonly news: EndNews | null; readonly totals: Totals };

/** Container runtimes cut a line at 16 KiB. */
const MOST = 12_000;
/** Of a piece: quotation marks in it take two characters. */
const PIECE = 5000;

/** One line, or several pieces of it. `id`: another one for each line that is cut. */
export function written(line: ShardLine, id: number): string[] {
  const text = ascii(JSON.stringify(arrayOf(line)));
  if (text.length <= MOST) return [text];
  const count = Math.ceil(text.length / PIECE);
  return Array.from({ length: count }, (_, i) => JSON.stringify(['part', line.shard, id, i, count, text.slice(i * PIECE, (i + 1) * PIECE)]));
}

const ascii = (json: string): string => json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

function arrayOf(line: ShardLine): readonly unknown[] {
  const { kind, shard } = line;
  switch (kind) {
    case 'waiting':
      return [kind, shard, line.clockMs];
    case 'begin':
      return [kind, shard, line.clockMs, line.startedAt, line.toolVersion, line.isolation, line.cores];
    case 'interval': {
      const { second, phase, kind: of, name, counts, latency, slower, newConnections, checksPassed, checksFailed, examples, gauges } = line.row;
      const exact = latency && [latency.count, latency.sumMicros, latency.minMicros, latency.maxMicros];
      return [kind, shard, line.seq, second, phase, of, name, counts, latency?.histogram ?? null, { exact, slower, newConnections, checksPassed, checksFailed, examples, gauges }];
    }
    case 'closed':
      return [kind, shard, line.seq, line.until];
    case 'log':
      return [kind, shard, line.lines];
    case 'end':
      return [kind, shard, line.seq, { ending: line.ending, news: line.news, totals: line.totals }];
  }
}

const whole = z.int().min(0);
const counts = z.partialRecord(z.enum(OUTCOMES), whole);
const gauge = z.number().nullable();
const gauges = z.object({ users: gauge, inFlight: gauge, iterationsStarted: gauge, dropped: gauge, lagMs: gauge, cpuRatio: gauge, memoryBytes: gauge });
const more = z.object({
  exact: z.tuple([whole, z.number(), z.number(), z.number()]).nullable(),
  slower: z.array(whole),
  newConnections: whole,
  checksPassed: whole,
  checksFailed: whole,
  examples: z.partialRecord(z.enum(OUTCOMES), z.string()),
  gauges: gauges.nullable(),
});
const phase = z.enum(['warm_up', 'ramp', 'steady']);
const kindOf = z.enum(['request', 'execution']);
const ending = z.object({ cause: z.enum(Object.keys(ENDING_CAUSES) as EndingCause[]), message: z.string(), exitCode: z.number().nullable(), objective: z.number().optional() });
const news = z.object({
  iterationsStarted: whole.nullable(),
  iterationsDropped: whole,
  iterationsInterrupted: whole,
  inFlightAtEnd: whole.nullable(),
  linesUnreadable: whole,
  linesLost: whole,
  durationMs: z.number(),
  latenessP99Ms: z.number().nullable(),
  requestsFolded: whole,
  clockStepMs: z.number().nullable().optional(),
});

const LINES = z.union([
  z.tuple([z.literal('waiting'), whole, z.number()]).transform(([kind, shard, clockMs]): ShardLine => ({ kind, shard, clockMs })),
  z
    .tuple([z.literal('begin'), whole, z.number(), z.number(), z.string(), z.string(), z.number()])
    .transform(([kind, shard, clockMs, startedAt, toolVersion, isolation, cores]): ShardLine => ({ kind, shard, clockMs, startedAt, toolVersion, isolation, cores })),
  z
    .tuple([z.literal('interval'), whole, whole, whole, phase, kindOf, z.string(), counts, z.string().nullable(), more])
    .transform(([kind, shard, seq, second, started, of, name, counted, histogram, { exact, ...rest }]): ShardLine => {
      const latency = exact === null || histogram === null ? null : { count: exact[0], sumMicros: exact[1], minMicros: exact[2], maxMicros: exact[3], histogram };
      return { kind, shard, seq, row: { second, phase: started, kind: of, name, shard, counts: counted as IntervalRow['counts'], latency, ...rest, examples: rest.examples as IntervalRow['examples'] } };
    }),
  z.tuple([z.literal('closed'), whole, whole, whole]).transform(([kind, shard, seq, until]): ShardLine => ({ kind, shard, seq, until })),
  z.tuple([z.literal('log'), whole, z.array(z.string())]).transform(([kind, shard, lines]): ShardLine => ({ kind, shard, lines })),
  z
    .tuple([z.literal('end'), whole, whole, z.object({ ending, news: news.nullable(), totals: z.object({ request: counts, execution: counts }) })])
    .transform(([kind, shard, seq, { totals, ...rest }]): ShardLine => ({ kind, shard, seq, ...rest, totals: totals as Totals }) as ShardLine),
]);
const PART = z.tuple([z.literal('part'), whole, whole, whole, whole, z.string()]);

/** Puts the pieces of one shard's lines together again. */
export class ShardLines {
  readonly #pieces = new Map<number, string[]>();

  /** null: it is none of a shard, or a piece whose others are still to come. */
  read(text: string): ShardLine | null {
    const json = parsed(text);
    const part = PART.safeParse(json);
    if (!part.success) return LINES.safeParse(json).data ?? null;
    const [, , id, i, count, piece] = part.data;
    const pieces = this.#pieces.get(id) ?? [];
    pieces[i] = piece;
    this.#pieces.set(id, pieces);
    if (Object.keys(pieces).length < count) return null;
    this.#pieces.delete(id);
    return LINES.safeParse(parsed(pieces.join(''))).data ?? null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // what else stands in a log
  }
}
