/** ScriptInput -> the bundle: a readable `loadtest.py`, the constant `instrument/`, the data files. */
import { readdirSync } from 'node:fs';
import type { Bundle, ScriptFile, ScriptInput } from '../framework.ts';
import { withOwnHash } from '../shared/own-hash.ts';
import { constant, render } from '../shared/render.ts';
import { readmeValues, scriptValues } from './values.ts';

const here = (path: string) => new URL(path, import.meta.url);
const ENTRY = 'loadtest.py';
const PLAN_FILE = 'plan.json';

/** One folder for what is the same in every bundle, so that `loadtest.py` stands alone beside its data. */
const INSTRUMENT: readonly ScriptFile[] = readdirSync(here('./instrument/'))
  .filter((name) => name.endsWith('.py'))
  .sort()
  .map((name) => ({ path: `instrument/${name}`, text: constant(here(`./instrument/${name}`)), mediaType: 'text/x-python' }));

const MEDIA_TYPES: Readonly<Record<string, string>> = { json: 'application/json', jsonl: 'application/x-ndjson', txt: 'text/plain' };

export function generate(input: ScriptInput): Bundle {
  const taken = Object.keys(input.data).find((path) => !path.startsWith('data/'));
  if (taken !== undefined) throw new Error(`${taken} is no place for data`);
  const files: ScriptFile[] = [
    { path: ENTRY, text: script(input), mediaType: 'text/x-python' },
    { path: 'README.md', text: render(here('./README.md.njk'), readmeValues(input), input.customTemplates), mediaType: 'text/markdown' },
    { path: PLAN_FILE, text: input.planText, mediaType: 'application/json' },
    ...Object.entries(input.data).map(([path, text]) => ({ path, text, mediaType: mediaTypeOf(path) })),
    ...INSTRUMENT,
  ];
  return { files, entryFile: ENTRY, command: `locust -f ${ENTRY}` };
}

function script(input: ScriptInput): string {
  return withOwnHash((scriptHash) => render(here('./script.py.njk'), scriptValues(input, scriptHash), input.customTemplates));
}

function mediaTypeOf(path: string): string {
  return MEDIA_TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
