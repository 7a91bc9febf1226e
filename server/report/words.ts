/** Numbers, times and keys as a report says them. English; null reads as a dash. */
import { type Decimals, numeral } from '../words/numeral.ts';

export const DASH = '–';
const NO_BREAK = '\u00a0';

type Maybe = number | null | undefined;

export function decimal(value: Maybe, digits: Decimals = 0): string {
  return value == null ? DASH : numeral(value, digits);
}

/** Three digits are enough to read. */
const digitsFor = (value: number): Decimals => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

const withUnit = (value: Maybe, digits: Decimals, unit: string) => (value == null ? DASH : `${decimal(value, digits)}${unit}`);

export const ms = (value: Maybe): string => withUnit(value, digitsFor(value ?? 0), `${NO_BREAK}ms`);
export const perSecond = (value: Maybe): string => withUnit(value, digitsFor(value ?? 0), '/s');
export const percent = (ratio: Maybe): string => withUnit(ratio == null ? null : ratio * 100, ratio && Math.abs(ratio) < 0.1 ? 2 : 1, `${NO_BREAK}%`);
export const megabytes = (bytes: Maybe): string => withUnit(bytes == null ? null : bytes / 1e6, 0, `${NO_BREAK}MB`);

/** 1 h 5 min, 1 min 30 s, 450 ms. */
export function span(milliseconds: number): string {
  if (milliseconds < 1000) return ms(milliseconds);
  if (milliseconds < 60_000) return `${decimal(milliseconds / 1000, 1)}${NO_BREAK}s`;
  const seconds = Math.round(milliseconds / 1000);
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor((seconds % 3600) / 60), 'min'], [seconds % 60, 's']] as const;
  return parts.filter(([value]) => value > 0).map(([value, unit]) => `${decimal(value)}${NO_BREAK}${unit}`).join(' ');
}

/** A position in a run: 3:24, 1:00:05. */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return h > 0 ? `${h}:${two(min)}:${two(s)}` : `${min}:${two(s)}`;
}

/** In the file's own zone, which is everybody's. */
export const when = (at: Date | null): string => (at === null ? DASH : `${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ')} UTC`);

export const plural = (number: number, one: string): string => `${decimal(number)} ${one}${number === 1 ? '' : 's'}`;

export const VERDICTS = { passed: 'Passed', failed: 'Failed', not_evaluated: 'Not evaluated' } as const;
