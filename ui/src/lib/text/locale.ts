/**
 * The reader's locale: the host's, else the browser's. Numbers, days and times of day are written by it, and numbers are read by it. Digits are
 * those of the words around them.
 */

let locale: string | undefined;
const formats = new Map<string, Intl.NumberFormat>();

/** Of all that is written from here on; undefined: the browser's own. */
export function setLocale(next: string | undefined): void {
  locale = next;
  formats.clear();
}

export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { numberingSystem: 'latn', ...options });
    formats.set(key, format);
  }
  return format;
}

export const dateFormat = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, options);

/** Before decimals. */
export function decimalSign(): '.' | ',' {
  return numberFormat({}).formatToParts(0.5).some(({ type, value }) => type === 'decimal' && value === ',') ? ',' : '.';
}

/** As in India: 12,34,567. */
export function groupsByTwos(): boolean {
  const groups = numberFormat({}).formatToParts(1_234_567).filter(({ type }) => type === 'integer');
  return groups.at(-2)?.value.length === 2;
}
