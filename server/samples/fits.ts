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
/** Epoch ms with fractions, which a Date can hold and PostgreSQL too. */
export const isMoment = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 8.64e15;
// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL keeps no NUL, and a name is one line
export const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= MAX_NAME && value.isWellFormed() && !/[\u0000-\u001f]/.test(value);
