/** How a text looks that no person has thought of. */

/** Letters and digits: no word, no number. */
export function looksRandom(value: string): boolean {
  return value.length >= 8 && /\d/.test(value) && /[A-Za-z]/.test(value);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a machine made: digits in several places among the letters, and few separators. `customer_orders_2024_v1` is none. */
export function looksLikeKey(value: string): boolean {
  if (UUID.test(value)) return true;
  if (value.length < 16 || value.length > 2000 || !/^[\w+/=.~-]+$/.test(value)) return false;
  const separators = value.match(/[^A-Za-z0-9=]/g)?.length ?? 0;
  const digits = value.match(/[A-Za-z]\d/g)?.length ?? 0;
  return digits >= 3 && separators <= value.length / 8;
}
