/**
 * Numbers as sentences and reports say them, the same to every reader: a point before decimals, and from five digits on groups of three, set apart
 * by a narrow no-break space (ISO 80000-1). With commas "51,163" is a thousand times less to a reader whose locale has a decimal comma.
 */
const GROUP = '\u202f';

const formats = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat('en', { maximumFractionDigits: digits, useGrouping: 'min2' }));
const signed = new Intl.NumberFormat('en', { maximumFractionDigits: 1, useGrouping: 'min2', signDisplay: 'exceptZero' });

const grouped = (text = ''): string => text.replaceAll(',', GROUP);

/** With so many decimals at most, which are not written where they are zero. */
export const numeral = (value: number, decimals: Decimals = 3): string => grouped(formats[decimals]?.format(value));
export type Decimals = 0 | 1 | 2 | 3;

/** `+4.5`, `-3`, `0`. */
export const signedNumeral = (value: number): string => grouped(signed.format(value));
