/** Files that every bundle has beside its script and its instrument. */
import type { ScriptFile, ScriptInput } from '../framework.ts';
import { constant } from './render.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = { json: 'application/json', jsonl: 'application/x-ndjson', txt: 'text/plain' };

/** The plan, and the data files that the flow names, byte for byte. */
export function givenFiles({ planText, data }: Pick<ScriptInput, 'planText' | 'data'>): ScriptFile[] {
  const taken = Object.keys(data).find((path) => !path.startsWith('data/'));
  if (taken !== undefined) throw new Error(`${taken} is no place for data`);
  const given = Object.entries({ 'plan.json': planText, ...data });
  return given.map(([path, text]) => ({ path, text, mediaType: MEDIA_TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream' }));
}

/** Where no request goes: each framework holds the addresses that it connects to against this list. */
export const refusedAddresses: ScriptFile = {
  path: 'instrument/refused-addresses.json',
  text: constant(new URL('./bundle/refused-addresses.json', import.meta.url)),
  mediaType: 'application/json',
};
