/** What a person types into a number or duration field, by the reader's locale. An unreadable text is NaN, so that the plan's own schema refuses it. */
import { decimalSign, groupsByTwos } from '../text/locale.ts';

const UNIT_MS: Record<string, number> = {
  ms: 1, millisecond: 1, milliseconds: 1,
  s: 1000, sec: 1000, secs: 1000, second: 1000, seconds: 1000,
  m: 60_000, min: 60_000, mins: 60_000, minute: 60_000, minutes: 60_000,
  h: 3_600_000, hr: 3_600_000, hour: 3_600_000, hours: 3_600_000,
};

export const blank = (text: string): boolean => text.trim() === '';

/** An empty field leaves its member out of the plan. */
export const textOr = (text: string): string | undefined => (blank(text) ? undefined : text.trim());
export const numberOr = (text: string): number | undefined => (blank(text) ? undefined : parseNumber(text));
export const durationOr = (text: string, bareUnit: 's' | 'ms' = 's'): number | undefined => (blank(text) ? undefined : parseDuration(text, bareUnit));

/** As `numberOr`, of what is counted: `1.000` is one thousand to some, and one to others. */
export const wholeOr = (text: string): number | undefined => (/^-?\d{1,3}(\.\d{3})+$/.test(withPoint(text)) ? Number.NaN : numberOr(text));

/**
 * `1,000`, `2.5`, ` 12 `, and `1.000`, `2,5` where the locale has a decimal comma; an empty or unreadable text is NaN. The sign that is not
 * the locale's decimal one groups three digits where it stands before so many, else it is the decimal one of somebody from elsewhere.
 */
export const parseNumber = (text: string): number => numberOf(plainDecimal(text));

/** The text that a field shows for a stored number: `parseNumber` reads it back to the same number. */
export const numberText = (value: number): string => written(String(value));

const written = (decimal: string): string => decimal.replace('.', decimalSign());

const BY_COMMAS = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;
const BY_TWOS = /^-?[1-9]\d?(,\d{2})*,\d{3}(\.\d+)?$/;
const BY_SPACES = /^-?[1-9]\d{0,2}([\s_'’]\d{3})+([.,]\d+)?$/;

/** With a point as its decimal sign, whatever the locale's. */
const withPoint = (text: string): string => (decimalSign() === ',' ? text.replaceAll(/[.,]/g, (sign) => (sign === ',' ? '.' : ',')) : text).trim();

/** The number with a point and without groups; null: it is none. */
function plainDecimal(text: string): string | null {
  const bare = withPoint(text);
  const byCommas = BY_COMMAS.test(bare) || (groupsByTwos() && BY_TWOS.test(bare));
  const ungrouped = byCommas ? bare.replaceAll(',', '') : BY_SPACES.test(bare) ? bare.replaceAll(/[\s_'’]/g, '') : bare;
  const decimal = ungrouped.replace(',', '.');
  // With an exponent, as a stored number may be shown: 1e-7.
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(decimal) ? decimal : null;
}

function numberOf(decimal: string | null): number {
  const number = decimal === null ? Number.NaN : Number(decimal);
  return Number.isFinite(number) ? number : Number.NaN;
}

/**
 * Milliseconds of `20 s`, `1 min 30 s`, `1:30`, `1h`, `1,500 ms`; a bare number counts in `bareUnit` (seconds by default). An amount is
 * read as `parseNumber` reads it. What is no whole number of milliseconds is not made one: the plan says whether it may be.
 */
export function parseDuration(text: string, bareUnit: 's' | 'ms' = 's'): number {
  const bare = text.trim().toLowerCase();
  const colons = /^(?:(\d+):(?=[0-5]?\d:))?(\d{1,2}):([0-5]\d)$/.exec(bare);
  if (colons) return (Number(colons[1] ?? 0) * 3600 + Number(colons[2]) * 60 + Number(colons[3])) * 1000;
  const number = parseNumber(bare);
  if (!Number.isNaN(number)) return exactly(number * (UNIT_MS[bareUnit] ?? 1000));
  const parts = [...bare.matchAll(/([^a-z]+)([a-z]+)/g)];
  const read = parts.map(([whole]) => whole).join('') === bare && parts.length > 0;
  return read ? exactly(parts.reduce((sum, [, amount = '', name = '']) => sum + partMs(amount, name), 0)) : Number.NaN;
}

function partMs(amount: string, name: string): number {
  const number = parseNumber(amount);
  // `1 min -30 s` would be 30 s.
  return number < 0 ? Number.NaN : number * (UNIT_MS[name] ?? Number.NaN);
}

/** Without what binary fractions leave behind: 0.07 min is 4,200 ms. */
function exactly(milliseconds: number): number {
  const whole = Math.round(milliseconds);
  return Math.abs(milliseconds - whole) <= Math.abs(whole) * 1e-12 ? whole : milliseconds;
}

/** The text that a duration field shows for a stored value: `parseDuration` reads it back to the same number. */
export function durationText(milliseconds: number): string {
  if (milliseconds === 0) return '0 s';
  if (milliseconds % 1000 !== 0) return milliseconds < 1000 ? `${numberText(milliseconds)} ms` : `${numberText(milliseconds / 1000)} s`;
  const seconds = milliseconds / 1000;
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts.filter(([value]) => value > 0).map(([value, name]) => `${value} ${name}`).join(' ');
}

/** Per cent as typed to a ratio: `7` or `7 %` is 0.07 exactly, as if it had been typed so. */
export function parsePercent(text: string): number {
  const decimal = plainDecimal(text.replace(/%\s*$/, ''));
  return numberOf(decimal === null ? null : shifted(decimal, -2));
}

/** The text that a field in per cent shows for a stored ratio: `parsePercent` reads it back to the same number. */
export const percentText = (ratio: number): string => written(shifted(String(ratio), 2));

/** A decimal with its point moved to the right: no digit is computed, so none is lost. */
function shifted(text: string, places: number): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + places;
  const padded = point > 0 ? digits.padEnd(point, '0') : `${'0'.repeat(1 - point)}${digits}`;
  const at = Math.max(point, 1);
  const moved = `${padded.slice(0, at)}.${padded.slice(at)}`;
  return sign + moved.replace(/^0+(?=\d)/, '').replace(/\.?0*$/, '');
}
