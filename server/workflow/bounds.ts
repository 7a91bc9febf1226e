/** How much of a text can be read, whatever it holds. */

const MEGABYTE = 1024 * 1024;
export const MAX_BYTES = 10 * MEGABYTE;
export const MAX_DEPTH = 100;
