/** Files that every bundle has beside its script and its instrument. */
import type { ScriptFile, ScriptInput } from '../framework.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = { json: 'application/json', jsonl: 'application/x-ndjson', txt: 'text/plain' };

/** The plan, and the data files that the flow names, byte for byte. */
export function givenFiles({ planText, data }: Pick<ScriptInput, 'planText' | 'data'>): ScriptFile[] {
  const taken = Object.keys(data).find((path) => !path.startsWith('data/'));
  if (taken !== undefined) throw new Error(`${taken} is no place for data`);
  const given = Object.entries({ 'plan.json': planText, ...data });
  return given.map(([path, text]) => ({ path, text, mediaType: MEDIA_TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream' }));
}
