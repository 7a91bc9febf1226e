/** A draft's copy in the browser's storage, of about 5 MB: of what is larger all but the rows of data sets is kept. */
import { discard, store, stored } from './browser-storage.ts';
import type { Fields } from './fields.ts';
import { keptFields } from './kept.ts';

const FORMATS = ['csv', 'json'] as const;
const storageKey = (key: string) => `load-testing:draft:${key}`;

export type Kept = 'whole' | 'without_rows' | 'not';

/** @param text the fields as JSON */
export function keep(key: string, text: string): Kept {
  if (store(storageKey(key), text)) return 'whole';
  if (store(storageKey(key), withoutRows(text))) return 'without_rows';
  forget(key);
  return 'not';
}

export const forget = (key: string): void => discard(storageKey(key));

/** Null: nothing is kept. Rows that were left out are those of `start`, when they are still the same. */
export function recall(key: string, start: Fields): Fields | null {
  const text = stored(storageKey(key));
  const fields = text === null ? null : keptFields(text);
  for (const format of FORMATS) {
    const known = start.inputs[format].text;
    const dataset = fields?.inputs[format];
    if (dataset && dataset.leftOut !== '' && dataset.leftOut === signatureOf(known)) Object.assign(dataset, { text: known, leftOut: '' });
  }
  return fields;
}

function withoutRows(text: string): string {
  const { inputs, ...rest } = JSON.parse(text) as Fields;
  const without = FORMATS.map((format) => [format, { ...inputs[format], text: '', leftOut: signatureOf(inputs[format].text) || inputs[format].leftOut }]);
  return JSON.stringify({ ...rest, inputs: { ...inputs, ...Object.fromEntries(without) } });
}

/** Tells one text from another (FNV-1a); empty for none. */
function signatureOf(text: string): string {
  if (text === '') return '';
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${text.length}:${hash >>> 0}`;
}
