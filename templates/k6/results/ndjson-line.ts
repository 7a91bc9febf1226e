/**
 * Reads a line of `--out json` from its bytes: the metric's name decides whether it is needed, and of what is needed the tags are the same
 * again and again. Whatever looks different from what k6 writes is left to JSON.parse. What is read here is what that would give.
 */
import { Known } from '../../shared/results/known.ts';
import { wordOf } from '../../shared/results/words.ts';
import { Cursor } from './cursor.ts';
import { Ends } from './ends.ts';
import { Heads } from './heads.ts';
import { hasTags, isMetric, type Metric } from './metric.ts';
import type { PointTaker } from './points.ts';
import { type Tags, tagsOf } from './tags.ts';

/** Since 0.41 the metric stands first, up to 0.40 last. */
const METRIC_FIRST = wordOf('{"metric":"');
const HEADS = new Heads('{"metric":"', '","type":"Point","data":{"time":"');
const TYPE_FIRST = wordOf('{"type":"Point","data":{"time":"');
/** How it begins, as a number. */
const TYPE = TYPE_FIRST.getInt32(0);
const ENDS = new Ends(',"metric":"', '"}');
/** Of a shorter line it need not be found out. */
const LEAST_BYTES = '{"data":{},"metric":"","type":"Point"}'.length;
const VALUE = wordOf('","value":');
const COMMA = 44;
const OBJECT_END = 125;

const NOTHING = tagsOf(null);

export class NdjsonLine {
  readonly #cursor = new Cursor();
  readonly #taker: PointTaker;
  readonly #afterValue = { first: new Known((text) => afterValue(text, 'first')), last: new Known((text) => afterValue(text, 'last')) };

  /** @param taker of the points; lines of metrics that it does not want are not read */
  constructor(taker: PointTaker) {
    this.#taker = taker;
  }

  /**
   * @param to of the line's LF
   * @returns false: it is no line of k6
   */
  read(bytes: Buffer, from: number, to: number): boolean {
    const cursor = this.#cursor;
    cursor.open(bytes, from);
    if (to - from > 4 && cursor.view.getInt32(from) === TYPE) return this.#typeFirst(bytes, from, to);
    const head = HEADS.candidate(cursor.view, from);
    if (head && cursor.word(head.bytes)) return this.#point(bytes, to, head.metric, 'first') ?? this.parsed(bytes, from, to);
    const isOther = cursor.word(METRIC_FIRST) && !HEADS.isNamed(cursor.view, from, head);
    return isOther || this.parsed(bytes, from, to);
  }

  #typeFirst(bytes: Buffer, from: number, to: number): boolean {
    const cursor = this.#cursor;
    const metric = ENDS.at(cursor.view, to);
    if (metric === null) return true;
    const isUsual = metric !== undefined && cursor.word(TYPE_FIRST);
    return (isUsual ? this.#point(bytes, to, metric, 'last') : null) ?? this.parsed(bytes, from, to);
  }

  /** By JSON.parse, whatever it looks like. */
  parsed(bytes: Buffer, from: number, to: number): boolean {
    if (to - from < LEAST_BYTES) return false;
    // PowerShell begins a file with a byte order mark.
    const line = objectOf(bytes.toString('utf8', from, to).replace(/^\uFEFF/, ''));
    const data = line && objectIn(line['data']);
    if (!line || !data || typeof line['metric'] !== 'string') return false;
    if (line['type'] !== 'Point') return line['type'] === 'Metric';
    if (!isMetric(line['metric']) || !this.#taker.wants(line['metric'])) return true;
    const { time, value, tags } = data;
    if (typeof time !== 'string' || typeof value !== 'number') return false;
    const moment = Buffer.from(time);
    this.#cursor.open(moment, 0);
    const atMicros = this.#cursor.moment();
    if (Number.isNaN(atMicros) || this.#cursor.at < moment.length) return false;
    return this.#taker.add(line['metric'], atMicros, this.#cursor.step, value, hasTags(line['metric']) ? tagsOf(tags) : NOTHING);
  }

  /** null: it is written in another way. */
  #point(bytes: Buffer, to: number, metric: Metric, place: 'first' | 'last'): boolean | null {
    if (!this.#taker.wants(metric)) return true;
    const cursor = this.#cursor;
    const atMicros = cursor.moment();
    if (Number.isNaN(atMicros) || !cursor.word(VALUE)) return null;
    const value = cursor.decimal();
    if (Number.isNaN(value)) return null;
    const tags = hasTags(metric) ? this.#tags(bytes, to, metric, place) : this.#nothing(bytes, to);
    return tags && this.#taker.add(metric, atMicros, cursor.step, value, tags);
  }

  /** Of a metric whose tags say nothing they are not read. */
  #nothing(bytes: Buffer, to: number): Tags | null {
    const next = bytes[this.#cursor.at];
    return (next === COMMA || next === OBJECT_END) && bytes[to - 1] === OBJECT_END ? NOTHING : null;
  }

  #tags(bytes: Buffer, to: number, metric: Metric, place: 'first' | 'last'): Tags | null {
    const after = this.#afterValue[place].at(bytes, this.#cursor.at, to);
    return after !== null && (place === 'first' || after.metric === metric) ? after.tags : null;
  }
}

interface AfterValue {
  readonly metric: unknown;
  readonly tags: Tags;
}

/** What stands behind the value says, whatever stands before it; null: with it the line is no JSON, or it says again what stands before it. */
function afterValue(text: string, place: 'first' | 'last'): AfterValue | null {
  // Longer than any text that can stand behind it.
  const before = 'x'.repeat(text.length + 1);
  const start = place === 'first' ? `{"metric":"${before}","type":` : '{"type":';
  const line = objectOf(`${start}"${before}","data":{"time":"${before}","value":"${before}"${text}`);
  const data = line && objectIn(line['data']);
  if (!line || !data) return null;
  const { metric, type } = line;
  const isAsBefore = [type, data['time'], data['value'], ...(place === 'first' ? [metric] : [])].every((one) => one === before);
  return isAsBefore ? { metric, tags: tagsOf(data['tags']) } : null;
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    return objectIn(JSON.parse(text));
  } catch {
    return null;
  }
}

const objectIn = (value: unknown): Record<string, unknown> | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null);
