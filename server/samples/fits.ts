/** What a line may hold so that it can be counted and stored: the same for both that read them. */

/** Three days: a plan lasts one at most. Beyond it a number is a mistake, and would be a million empty seconds. */
export const MAX_MICROS = 3 * 24 * 60 * 60 * 1e6;
/** Columns of counts have 4 bytes. */
const MAX_COUNT = 2 ** 31 - 1;
const MAX_NAME = 200;
export const MAX_CHECKS = 1000;

const isInt = (value: unknown): value is number => Number.isSafeInteger(value);
export const isOffset = (value: unknown): value is number => isInt(value) && Math.abs(value) <= MAX_MICROS;
export const isDuration = (value: unknown): value is number => isOffset(value) && value >= 0;
export const isCount = (value: unknown): value is number => isInt(value) && value >= 0 && value <= MAX_COUNT;
/** Of later years PostgreSQL does not read what a Date writes. */
const YEAR_10000_MS = 253_402_300_800_000;
/** Epoch ms with fractions; a run that begins then can be stored to its end. */
export const isMoment = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < YEAR_10000_MS - MAX_MICROS / 1000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL keeps no NUL, and a name is one line
export const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= MAX_NAME && value.isWellFormed() && !/[\u0000-\u001f]/.test(value);
/** None is empty: of what a tool wrote by itself it is not known. */
export const isHash = (value: unknown): value is string => value === '' || isName(value);
