/** Numbers of a file: absent, or such as a run can have. Anything else is a sentence, since a file with one wrong number has others. */
import type { Latency, Told, ToldNumber, ToldStatistic } from '../../results.ts';
import { Unreadable } from './unreadable.ts';

/** Three days, as for sample lines (`server/samples/fits.ts`). */
const MAX_MS = 3 * 24 * 60 * 60 * 1000;
/** Of the year 9999: a database reads no later one (`server/samples/fits.ts`). */
const MAX_MOMENT = 253_000_000_000_000;

/** null: not told. */
export function count(value: unknown, what: string): number | null {
  if (isAbsent(value)) return null;
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Unreadable(`${what}: ${shown(value)} is no number of requests.`);
  return (value as number) + 0;
}

/** Milliseconds. null: not told. */
export function milliseconds(value: unknown, what: string): number | null {
  if (isAbsent(value)) return null;
  if (!isNumber(value) || value < 0 || value > MAX_MS) throw new Unreadable(`${what}: ${shown(value)} is no time that a request can take.`);
  return value + 0;
}

/** Epoch ms. What cannot be one is not told. */
export const moment = (value: unknown): number | null => (isNumber(value) && value > 0 && value <= MAX_MOMENT ? value : null);

/** Milliseconds of a whole run. What cannot be that is not told. */
export const duration = (value: unknown): number | null => (isNumber(value) && value >= 0 && value <= MAX_MOMENT ? value + 0 : null);

/** Between two moments, if both are told. */
export const lasting = (from: number | null, to: number | null): number | null => (from === null || to === null || to < from ? null : to - from);

/** Without what is not told. */
export function latency(told: Partial<Record<ToldStatistic, ToldNumber | null>>): Latency {
  return Object.fromEntries(Object.entries(told).filter(([, number]) => number !== null));
}

export function checked<T extends Told>(told: T, what: string): T {
  if (told.requests !== null && told.failed !== null && told.failed > told.requests) throw new Unreadable(`${what}: ${told.failed} failed of ${told.requests}.`);
  return told;
}

const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const shown = (value: unknown): string => (typeof value === 'number' ? String(value) : typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : 'what stands there');
