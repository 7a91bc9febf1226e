/** Numbers, days and times of day as the reader's locale writes them, with their units. Every function takes the unit it says; null reads as a dash. */
import { dateFormat, numberFormat } from './locale.ts';

export const DASH = '–';
/** Between a number and its unit. */
const NO_BREAK = '\u00a0';

/** Of the catalogue: what joins words is a word. */
const LANGUAGE = 'en';

export type Maybe = number | null | undefined;
const missing = (value: Maybe): value is null | undefined => value === null || value === undefined || !Number.isFinite(value);

/** A number and its unit apart, for tiles that draw the unit smaller. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

const NONE: Quantity = { value: DASH, unit: '' };

/** Three digits are enough to read: 8.41 ms, 84.1 ms, 841 ms. */
const digitsFor = (value: number) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

export function count(value: Maybe): string {
  return missing(value) ? DASH : numberFormat({ maximumFractionDigits: 0 }).format(value);
}

/** A bare number with up to `digits` decimals. */
export function decimal(value: Maybe, digits = 1): string {
  return missing(value) ? DASH : numberFormat({ maximumFractionDigits: digits }).format(value);
}

/** Milliseconds, as milliseconds. */
export function msParts(value: Maybe): Quantity {
  return missing(value) ? NONE : { value: decimal(value, digitsFor(value)), unit: 'ms' };
}

export const ms = (value: Maybe): string => joined(msParts(value));

/** A ratio of 0..1 as per cent, with enough decimals that a small ratio does not read 0 %. */
export function percentParts(ratio: Maybe): Quantity {
  return missing(ratio) ? NONE : { value: decimal(ratio * 100, ratio === 0 || Math.abs(ratio) >= 0.1 ? 1 : 2), unit: '%' };
}

export const percent = (ratio: Maybe): string => joined(percentParts(ratio));

/** With its sign: +12 %, -4.8 %; of ratios the difference in points: +0.52. */
export function changeOf(change: Maybe, inPoints = false): string {
  if (missing(change)) return DASH;
  const digits = inPoints ? 2 : Math.abs(change) >= 0.1 ? 0 : 1;
  const value = numberFormat({ signDisplay: 'exceptZero', maximumFractionDigits: digits }).format(change * 100);
  return inPoints ? value : joined({ value, unit: '%' });
}

export function ratePartsOf(perSecond: Maybe): Quantity {
  return missing(perSecond) ? NONE : { value: decimal(perSecond, Math.abs(perSecond) >= 100 ? 0 : 1), unit: '/s' };
}

export const rate = (perSecond: Maybe): string => joined(ratePartsOf(perSecond), '');

/** What somebody gave, with all its digits, without what binary fractions leave behind. */
export function asGiven(value: Maybe, unit: string, between = NO_BREAK): string {
  return missing(value) ? DASH : joined({ value: numberFormat({ maximumSignificantDigits: 12 }).format(value), unit }, between);
}

export function bytes(value: Maybe): string {
  if (missing(value)) return DASH;
  const [symbol, size] = SIZES.find(([, least]) => value >= least) ?? (['B', 1] as const);
  return `${decimal(value / size, size === 1 || value / size >= 100 ? 0 : 1)}${NO_BREAK}${symbol}`;
}

const SIZES = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const;

/** A span: 1 min 30 s, 2 h, 450 ms. The symbols of the SI are the same in every language; fields take them back. */
export function span(milliseconds: Maybe): string {
  if (missing(milliseconds)) return DASH;
  if (milliseconds !== 0 && Math.abs(milliseconds) < 1000) return ms(milliseconds);
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${decimal(seconds, 1)}${NO_BREAK}s`;
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ];
  return parts
    .filter(([value]) => value > 0)
    .map(([value, symbol]) => `${count(value)}${NO_BREAK}${symbol}`)
    .join(' ');
}

/** With the code of its currency: 0.12 USD. What is less than a hundredth is said to be. */
export function money(amount: Maybe, currency: string): string {
  if (missing(amount)) return DASH;
  const least = 0.01;
  const small = amount > 0 && amount < least;
  return `${small ? '< ' : ''}${numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(small ? least : amount)}${NO_BREAK}${currency}`;
}

/** A position in a run: 3:24, 1:00:05. */
export function clock(milliseconds: Maybe): string {
  if (missing(milliseconds)) return DASH;
  const whole = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** What is left, as a clock: with the other two as they are shown it adds up. */
export function clockLeft(elapsedMs: number, plannedMs: number): string {
  return clock((Math.floor(plannedMs / 1000) - Math.floor(elapsedMs / 1000)) * 1000);
}

/** A moment: the time alone today, else with its day. */
export function moment(iso: string | null | undefined, now: Date = new Date()): string {
  return iso ? timeWith({ hour: '2-digit', minute: '2-digit' }, new Date(iso), now) : DASH;
}

/** Of an axis: 14 Oct. */
export function day(iso: string): string {
  return dateFormat({ day: 'numeric', month: 'short' }).format(new Date(iso));
}

/** With its year, of what may be old: 1 Dec 2026. */
export function date(iso: string): string {
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(iso));
}

/** Where seconds matter: 14:32:05; with its day unless that is the one of `beside`, which stands before it (or is now). */
export function timeOfDay(iso: string, beside: Date = new Date()): string {
  return timeWith({ hour: '2-digit', minute: '2-digit', second: '2-digit' }, new Date(iso), beside);
}

function timeWith(time: Intl.DateTimeFormatOptions, date: Date, beside: Date): string {
  if (date.toDateString() === beside.toDateString()) return dateFormat(time).format(date);
  const year: Intl.DateTimeFormatOptions = date.getFullYear() === beside.getFullYear() ? {} : { year: 'numeric' };
  return dateFormat({ weekday: 'short', day: 'numeric', month: 'short', ...year, ...time }).format(date);
}

/** A list in words: a, b and c. */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(LANGUAGE, { type: 'conjunction' }).format(items);
}

function joined({ value, unit: name }: Quantity, between = NO_BREAK): string {
  return name ? `${value}${between}${name}` : value;
}
